// Makes the site of the same Markdown that is read in the repository: target/site/index.html.
// Pages go to pages/ with their places in the repository; what they link to besides goes with them.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { deadLinks, styleFromDisk } from './disk.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../..')
const pages = path.join(here, 'pages')

/** Every page, by its path in the repository. */
function markdown(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) return name === 'docs/site' ? [] : markdown(name)
    return name.endsWith('.md') ? [name] : []
  })
}

const all = ['README.md', 'CONTRIBUTING.md', 'results/README.md', ...markdown('docs')]

/** A page's name on the site: a README is the first page of its folder. */
const placed = (name) => name.replace(/README\.md$/, 'index.md')

function copy(name, to) {
  const target = path.join(pages, to)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.copyFileSync(path.join(root, name), target)
}

/** What a link says on the site; files that are no pages are copied as plain text. */
function link(from, label, target, picture) {
  const [file, anchor] = target.split('#')
  if (/^[a-z]+:/.test(target) || file === '') return `${picture}[${label}](${target})`
  const name = path.posix.normalize(path.posix.join(path.posix.dirname(from), file))
  const place = path.join(root, name)
  if (!fs.existsSync(place)) throw new Error(`${from}: ${target} is not there`)
  if (all.includes(name)) return `[${label}](/${placed(name)}${anchor ? '#' + anchor : ''})`
  if (fs.statSync(place).isDirectory()) return label
  if (picture) {
    copy(name, name)
    const up = path.posix.relative(path.posix.dirname(placed(from)), name)
    return `![${label}](${up.startsWith('.') ? up : './' + up})`
  }
  copy(name, `public/source/${name}.txt`)
  return `<a href="/source/${name}.txt" target="_blank">${label.replaceAll('`', '')}</a>`
}

/** A page with its links turned, code left as it is. */
function turned(name) {
  const parts = fs.readFileSync(path.join(root, name), 'utf8').split(/(^```[^]*?^```$|`[^`\n]*`)/m)
  return parts
    .map((part, i) => (i % 2 ? part : part.replace(/</g, (sign, at) =>
      part.startsWith('<!--', at) ? sign : '&lt;')))
    .join('')
    .replace(/(```[^]*?```)|(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, code, picture, label, target) =>
      code ? whole : link(name, label, target, picture))
}

fs.rmSync(pages, { recursive: true, force: true })
for (const name of all) {
  const target = path.join(pages, placed(name))
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, turned(name))
}
execFileSync(path.join(here, 'node_modules/.bin/vitepress'), ['build', here], { stdio: 'inherit' })

const site = path.join(root, 'target/site')
for (const name of fs.readdirSync(path.join(site, 'assets')).filter((name) => name.endsWith('.css'))) {
  const style = path.join(site, 'assets', name)
  fs.writeFileSync(style, styleFromDisk(fs.readFileSync(style, 'utf8')))
}
const dead = deadLinks(site)
if (dead.length > 0) throw new Error(`links that lead nowhere:\n${dead.join('\n')}`)

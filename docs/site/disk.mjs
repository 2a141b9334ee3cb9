// Makes pages that need no server: every link leads from page to file, and is followed to its end.
import fs from 'node:fs'
import path from 'node:path'

/** A page whose links begin where it lies; its place is such as docs/tour.html. */
export function fromDisk(code, place) {
  return code.replace(/ (href|src)="\/([^"#]*)(#[^"]*)?"/g, (whole, name, target, anchor = '') => {
    const file = target === '' || target.endsWith('/') ? `${target}index.html` : target
    return ` ${name}="${path.posix.relative(path.posix.dirname(place), file)}${anchor}"`
  })
}

/** Styles fetch their fonts from beside them. */
export function styleFromDisk(style) {
  return style.replaceAll('url(/assets/', 'url(')
}

/** Whatever a page of the site names and is not there; with the anchors of its links. */
export function deadLinks(site) {
  const files = fs.readdirSync(site, { recursive: true }).map((name) => name.split(path.sep).join('/'))
  const read = new Map(files.filter((name) => name.endsWith('.html'))
    .map((name) => [name, fs.readFileSync(path.join(site, name), 'utf8')]))
  const marks = new Map([...read].map(([name, code]) =>
    [name, new Set([...code.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]))
  const dead = []
  for (const [name, code] of read) {
    if (name === '404.html') continue
    for (const [, target] of code.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [file, anchor] = target.split('#')
      const place = file === '' ? name : path.posix.join(path.posix.dirname(name), decodeURI(file))
      if (!file.startsWith('/') && files.includes(place)
        && (!anchor || marks.get(place)?.has(decodeURIComponent(anchor)))) continue
      dead.push(`${name}: ${target}`)
    }
  }
  return dead
}

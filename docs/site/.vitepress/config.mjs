import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import katex from 'katex'
import { defineConfig } from 'vitepress'
import { fromDisk } from '../disk.mjs'

/** Formulas as GitHub takes them, $`…`$ in a line and $$ … $$ by themselves, as MathML. */
function formulas(markdown) {
  const set = (formula, displayMode) =>
    katex.renderToString(formula, { displayMode, output: 'mathml', throwOnError: true, strict: false })
  markdown.inline.ruler.before('escape', 'formula', (state, silent) => {
    const found = /^\$`([^`]+)`\$/.exec(state.src.slice(state.pos))
    if (!found) return false
    if (!silent) state.push('html_inline', '', 0).content = `<span v-pre>${set(found[1], false)}</span>`
    state.pos += found[0].length
    return true
  })
  markdown.block.ruler.before('paragraph', 'formulas', (state, start, end, silent) => {
    const text = state.src.slice(state.bMarks[start] + state.tShift[start], state.eMarks[start])
    const found = /^\$\$(.+)\$\$$/.exec(text.trim())
    if (!found) return false
    if (!silent) {
      state.push('html_block', '', 0).content = `<div v-pre class="formula">${set(found[1], true)}</div>\n`
    }
    state.line = start + 1
    return true
  })
}

/** A heading's anchor, as GitHub makes it. */
const slugify = (heading) =>
  heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-')

const docs = fileURLToPath(new URL('../../', import.meta.url))
const title = (page) => /^# (.*)$/m.exec(fs.readFileSync(docs + page, 'utf8'))[1].replaceAll('`', '')

/** What the index of the documentation lists, under its headings. */
const sidebar = fs.readFileSync(docs + 'README.md', 'utf8').split(/^## /m).slice(1).map((section) => ({
  text: section.split('\n', 1)[0],
  items: [...section.matchAll(/^\| \[[^\]]+\]\(([\w-]+)\.md\)/gm)].map(([, page]) => ({
    text: title(`${page}.md`), link: `/docs/${page}`,
  })),
}))

/** The pages of the guide, in the order of their names. */
const guide = (language, text) => [{
  text,
  link: `/docs/guide/${language}/`,
  items: fs.readdirSync(`${docs}guide/${language}`).filter((name) => name !== 'README.md').sort()
    .map((name) => ({
      text: title(`guide/${language}/${name}`),
      link: `/docs/guide/${language}/${name.replace('.md', '')}`,
    })),
}]

// Links that lead nowhere fail the build: VitePress's default.
export default defineConfig({
  title: 'Ockham',
  description: 'Bayesian pruning of neural networks in Java',
  srcDir: 'pages',
  outDir: '../../target/site',
  cacheDir: 'node_modules/.cache/vitepress',
  lastUpdated: false,
  // Without a server browsers run no modules: what needs them is not shown then (style.css).
  head: [['script', {}, "if (location.protocol === 'file:') document.documentElement.classList.add('from-disk')"]],
  transformHtml: (code, _, { page }) =>
    fromDisk(page.startsWith('docs/guide/ko') ? code.replace('<html lang="en-US"', '<html lang="ko"') : code,
      page.replace(/md$/, 'html')),
  markdown: { config: formulas, anchor: { slugify } },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('m') || tag === 'semantics' || tag === 'annotation' } } },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/' },
      { text: 'Documentation', link: '/docs/' },
      { text: 'Guide', items: [
        { text: 'English', link: '/docs/guide/en/' }, { text: '한국어', link: '/docs/guide/ko/' }] },
    ],
    sidebar: {
      '/docs/guide/en/': guide('en', 'Guide'),
      '/docs/guide/ko/': guide('ko', '안내서'),
      '/': sidebar,
    },
    docFooter: { prev: false, next: false },
  },
})

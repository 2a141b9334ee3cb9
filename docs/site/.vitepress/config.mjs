import katex from 'katex'
import { defineConfig } from 'vitepress'

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

const use = [
  ['A tour', 'tour'], ['Say what you need', 'targets'], ['Bring your model', 'own-model'],
  ['Data', 'data'], ['Networks', 'networks'], ['ONNX and PyTorch', 'onnx'],
  ['Trained weights', 'trained'], ['Without a threshold', 'evidence'], ['How well, how sure', 'quality'],
  ['Methods', 'methods'], ['The plain run', 'schedule'], ['Comparison', 'comparison'],
  ['Reliability', 'reliability'], ['Experiments', 'lab'],
]
const java = [['From Java', 'java'], ['Serve', 'serve'], ['The runtime\'s API', 'api-runtime']]
const good = [['Results', 'results'], ['What settings are worth', 'ablation'], ['Speed', 'performance']]
const inside = [
  ['Architecture', 'architecture'], ['Internals', 'internals'], ['Glossary', 'glossary'], ['Files', 'files'],
]
const items = (pages) => pages.map(([text, page]) => ({ text, link: `/docs/${page}` }))

const guide = {
  en: ['Guide', ['Binary dropout', 'Gaussian dropout', 'A Bayesian network', 'Local reparameterisation',
    'Variational dropout', 'Sparse variational dropout', 'Pruning while it learns',
    'Beta-Bernoulli dropout', 'From posterior to small file', 'Appendix for lecturers']],
  ko: ['안내서', ['이진 드롭아웃', '가우시안 드롭아웃', '베이지안 신경망', '국소 재매개변수화', '변분 드롭아웃',
    '희소 변분 드롭아웃', '배우면서 가지치기', '베타-베르누이 드롭아웃', '사후분포에서 작은 파일로', '강의하는 분을 위한 부록']],
}
const files = ['1-binary-dropout', '2-gaussian-dropout', '3-bayesian-network', '4-local-reparameterization',
  '5-variational-dropout', '6-sparse-variational-dropout', '7-pruning-while-it-learns', '8-beta-bernoulli',
  '9-small-file', 'appendix-lecturers']
const guidePages = (language) => [{
  text: guide[language][0],
  link: `/docs/guide/${language}/`,
  items: guide[language][1].map((title, i) => ({
    text: i < 9 ? `${i + 1}. ${title}` : title, link: `/docs/guide/${language}/${files[i]}`,
  })),
}]
const sidebar = [
  { text: 'Use it', items: items(use) },
  { text: 'From Java', items: items(java) },
  { text: 'How good', items: items(good) },
  { text: 'Inside', items: [...items(inside), { text: 'Contributing', link: '/CONTRIBUTING' }] },
]

// Links that lead nowhere fail the build: VitePress's default.
export default defineConfig({
  title: 'Ockham',
  description: 'Bayesian pruning of neural networks in Java',
  srcDir: 'pages',
  outDir: '../../target/site',
  cacheDir: 'node_modules/.cache/vitepress',
  lastUpdated: false,
  transformHtml: (code, _, { page }) =>
    page.startsWith('docs/guide/ko') ? code.replace('<html lang="en-US"', '<html lang="ko"') : code,
  markdown: { config: formulas },
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
      '/docs/guide/en/': guidePages('en'),
      '/docs/guide/ko/': guidePages('ko'),
      '/': sidebar,
    },
    docFooter: { prev: false, next: false },
  },
})

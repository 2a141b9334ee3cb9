import theme from 'vitepress/theme'
import './style.css'

export default {
  ...theme,
  enhanceApp(context) {
    theme.enhanceApp?.(context)
    // Links begin where their page lies, so each page is loaded whole.
    let loaded = false
    context.router.onBeforeRouteChange = (to) => {
      if (!loaded) {
        loaded = true
        return true
      }
      location.assign(to)
      return false
    }
  },
}

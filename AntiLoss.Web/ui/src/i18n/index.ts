import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { inChinese } from './refusals';
import { zh } from './zh';

export type Language = 'en' | 'zh-CN';
export const languages: { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
];

const stored = 'antiloss.language';

export function firstLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (chosen === 'en' || chosen === 'zh-CN') return chosen;
  for (const language of preferred) {
    if (language.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

/** The viewer's language, as a BCP 47 tag that `Intl` takes. */
export const language = (): Language => i18next.language as Language;

/** A sentence of the server's as the viewer reads it. */
export const inWordsOfViewer = (said: string) => (language() === 'zh-CN' ? inChinese(said) : said);

/**
 * Chinese brings its own font by pieces: only a viewer who reads Chinese pays for it, and the map then draws its
 * labels from it without any glyph file.
 */
async function show(of: Language) {
  document.documentElement.lang = of;
  if (of === 'zh-CN') await import('@fontsource/noto-sans-sc/400.css');
}

export function changeLanguage(to: Language) {
  localStorage.setItem(stored, to);
  void i18next.changeLanguage(to);
}

export async function startLanguages() {
  const first = firstLanguage(localStorage.getItem(stored), navigator.languages);
  i18next.on('languageChanged', (to) => void show(to as Language));
  await i18next.use(initReactI18next).init({
    lng: first,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zh } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

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

let chinese: (said: string) => string = (said) => said;

/** A sentence of the server's as the viewer reads it. */
export const inWordsOfViewer = (said: string) => (language() === 'zh-CN' ? chinese(said) : said);

/** Only who reads Chinese fetches it. */
async function learn(of: Language) {
  if (i18next.hasResourceBundle(of, 'translation')) return;
  const [{ zh }, { inChinese }] = await Promise.all([import('./zh'), import('./refusals')]);
  chinese = inChinese;
  i18next.addResourceBundle(of, 'translation', zh);
}

/**
 * Chinese brings its own font by pieces: only a viewer who reads Chinese pays for it, and the map then draws its
 * labels from it without any glyph file.
 */
async function show(of: Language) {
  document.documentElement.lang = of;
  if (of === 'zh-CN') await import('@fontsource/noto-sans-sc/400.css');
}

/** The page stays as it is until the other language is there, and if it cannot be fetched. */
export async function changeLanguage(to: Language) {
  await learn(to);
  localStorage.setItem(stored, to);
  await i18next.changeLanguage(to);
}

export async function startLanguages() {
  const first = firstLanguage(localStorage.getItem(stored), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  i18next.on('languageChanged', (to) => void show(to as Language));
  // A page in English is better than none.
  await learn(first).catch(() => undefined);
  await i18next.changeLanguage(i18next.hasResourceBundle(first, 'translation') ? first : 'en');
}

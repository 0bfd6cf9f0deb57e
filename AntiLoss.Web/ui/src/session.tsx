import { createContext, use, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionName } from './accounts/accounts';
import type { Session } from './api';
import { clock, clockWithSeconds, date, dateAndTime } from './format';

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Only screens behind the sign-in may ask. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('No session: this screen is drawn outside of the signed-in frame.');
  return session;
}

/** Whether whoever is signed in may do such things: what they may not do is not offered. */
export const useMay = (action: ActionName) => useSession().actions.includes(action);

/** Moments as everybody in the organization reads them: on its clock, wherever this browser is. */
export function useTimes() {
  const { timeZone } = useSession();
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const written = (write: (at: Date, language: string, zone: string) => string) => (at: string | number) => write(new Date(at), language, timeZone);
    return { zone: timeZone, clock: written(clock), clockWithSeconds: written(clockWithSeconds), date: written(date), dateAndTime: written(dateAndTime) };
  }, [language, timeZone]);
}

import { createContext, use } from 'react';
import type { Session } from './api';

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Only screens behind the sign-in may ask. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('No session: this screen is drawn outside of the signed-in frame.');
  return session;
}

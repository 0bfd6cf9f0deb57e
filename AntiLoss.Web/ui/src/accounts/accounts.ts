// Who signs in, and what they may do, as the server has it.

import type { Actor } from '../guards/guards';

/** What an account is; what it may do follows from it. */
export const roles = ['owner', 'operator', 'viewer'] as const;
export type Role = (typeof roles)[number];

export const actionNames = ['read', 'report', 'act', 'manage'] as const;
export type ActionName = (typeof actionNames)[number];

export interface Account {
  id: string;
  email: string;
  name: string;
  role: Role;
  /** Of an operator or viewer; null for an owner, who sees all. */
  fleets: string[] | null;
  disabled: boolean;
  createdAt: string | null;
  madeBy: Actor | null;
  hasPassword: boolean;
}

/** What is known of an account's link that is shown once. */
export interface AccountLink {
  account: Account;
  link: string;
  linkUntil: string;
}

export interface AccountDraft {
  email: string;
  name: string | null;
  role: Role;
  fleets: string[] | null;
}

/** What is left out stays. */
export type AccountChange = Partial<Pick<AccountDraft, 'role' | 'fleets'> & { disabled: boolean }>;

export interface ApiKey {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  actions: ActionName[];
  fleets: string[] | null;
}

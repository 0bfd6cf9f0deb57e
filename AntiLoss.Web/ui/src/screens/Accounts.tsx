import { Button, Table, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Account, type AccountLink } from '../api';
import { Confirm } from '../parts/Confirm';
import { Value } from '../parts/Secret';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { useSession, useTimes } from '../session';

/** Who may sign in. A new account's password is chosen by its person, over a link that is shown once. */
export function Accounts() {
  const { t } = useTranslation();
  const times = useTimes();
  const session = useSession();
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: api.accounts });
  const [draft, setDraft] = useState({ email: '', name: '' });
  const [made, setMade] = useState<AccountLink | null>(null);
  const [resetting, setResetting] = useState<Account | null>(null);
  const [removing, setRemoving] = useState<Account | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['accounts'] });
  const form = useSubmit(async () => {
    setMade(await api.addAccount(draft.email, draft.name));
    setDraft({ email: '', name: '' });
    await again();
  });
  if (accounts.isError) return <Trouble text={accounts.error.message} onRetry={() => void accounts.refetch()} />;
  return (
    <>
      <Table className="table">
        <Table.Thead><Table.Tr><Table.Th>{t('accounts.name')}</Table.Th><Table.Th>{t('accounts.email')}</Table.Th><Table.Th>{t('accounts.made')}</Table.Th><Table.Th><span className="visually-hidden">{t('common.edit')}</span></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {accounts.data?.items.map((account) => (
            <Table.Tr key={account.id}>
              <Table.Td>{account.name}</Table.Td>
              <Table.Td>{account.email}{!account.hasPassword && <div className="hint">{t('accounts.noPassword')}</div>}</Table.Td>
              <Table.Td>{account.createdAt && times.date(account.createdAt)}{account.madeBy && <div className="hint">{t('accounts.madeBy', { by: account.madeBy.name })}</div>}</Table.Td>
              <Table.Td className="table-actions">
                {account.id !== session.account.id && (
                  <>
                    <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('accounts.resetFor', { name: account.name })} onClick={() => setResetting(account)}>{t('accounts.reset')}</Button>
                    <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('accounts.remove', { name: account.name })} onClick={() => setRemoving(account)}>{t('common.remove')}</Button>
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {made && (
        <div className="made" role="status">
          <p className="first-use">{t('accounts.link', { name: made.account.name, time: times.dateAndTime(made.linkUntil) })}</p>
          <dl className="values"><Value name={made.account.email} value={made.link} secret /></dl>
        </div>
      )}
      <form className="line" onSubmit={form.onSubmit}>
        <TextInput label={t('accounts.name')} value={draft.name} error={form.of('name')} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
        <TextInput label={t('accounts.email')} type="email" value={draft.email} error={form.of('email') ?? form.general('name', 'email')} onChange={(event) => setDraft({ ...draft, email: event.currentTarget.value })} />
        <Button type="submit" variant="default" loading={form.busy} disabled={draft.email.trim() === ''}>{t('accounts.add')}</Button>
      </form>
      {resetting && <Confirm title={t('accounts.resetFor', { name: resetting.name })} text={t('accounts.hint')} submit={t('accounts.reset')} onClose={() => setResetting(null)}
        onConfirm={async () => { setMade(await api.resetAccount(resetting.id)); await again(); }} />}
      {removing && <Confirm title={t('accounts.remove', { name: removing.name })} text={t('accounts.removeText')} submit={t('common.remove')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removeAccount(removing.id); await again(); }} />}
    </>
  );
}

import { Button, Checkbox, Modal, MultiSelect, Select, Stack, Table, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { roles, type Account, type AccountLink, type Role } from '../accounts/accounts';
import { api } from '../api';
import { Confirm } from '../parts/Confirm';
import { Value } from '../parts/Secret';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { useSession, useTimes } from '../session';
import { Buttons, Refused } from './DeviceDialogs';
import { useFleets } from './EnrolDialog';

/** Who may sign in, as what, and where. A new account's password is chosen by its person, over a link that is shown once. */
export function Accounts() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: api.accounts });
  const [made, setMade] = useState<AccountLink | null>(null);
  const [editing, setEditing] = useState<Account | null>(null);
  const [resetting, setResetting] = useState<Account | null>(null);
  const [removing, setRemoving] = useState<Account | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['accounts'] });
  if (accounts.isError) return <Trouble text={accounts.error.message} onRetry={() => void accounts.refetch()} />;
  return (
    <>
      <div className="card-scroll">
        <Table className="table">
          <Table.Thead><Table.Tr><Table.Th>{t('accounts.name')}</Table.Th><Table.Th>{t('accounts.role')}</Table.Th><Table.Th>{t('accounts.made')}</Table.Th><Table.Th><span className="visually-hidden">{t('common.edit')}</span></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {accounts.data?.items.map((account) => (
              <AccountRow key={account.id} of={account} own={account.id === session.account.id} onEdit={setEditing} onReset={setResetting} onRemove={setRemoving} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {made && <MadeLink of={made} />}
      <AddForm onMade={async (link) => { setMade(link); await again(); }} />
      {editing && <EditDialog of={editing} onClose={() => setEditing(null)} onChanged={again} />}
      {resetting && <Confirm title={t('accounts.resetFor', { name: resetting.name })} text={t('accounts.resetText')} submit={t('accounts.reset')} onClose={() => setResetting(null)}
        onConfirm={async () => { setMade(await api.resetAccount(resetting.id)); await again(); }} />}
      {removing && <Confirm title={t('accounts.remove', { name: removing.name })} text={t('accounts.removeText')} submit={t('common.remove')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removeAccount(removing.id); await again(); }} />}
    </>
  );
}

interface RowProps {
  readonly of: Account;
  /** One's own account somebody else changes. */
  readonly own: boolean;
  readonly onEdit: (account: Account) => void;
  readonly onReset: (account: Account) => void;
  readonly onRemove: (account: Account) => void;
}

function AccountRow({ of: account, own, onEdit, onReset, onRemove }: RowProps) {
  const { t } = useTranslation();
  const times = useTimes();
  const fleets = useFleets();
  const seen = account.fleets?.map((id) => fleets.find((fleet) => fleet.id === id)?.name ?? id);
  return (
    <Table.Tr>
      <Table.Td>{account.name}{account.email !== account.name && <div className="hint">{account.email}</div>}</Table.Td>
      <Table.Td>
        {t(`accounts.roles.${account.role}`)}{account.disabled && ` · ${t('accounts.disabled')}`}{!account.hasPassword && ` · ${t('accounts.noPassword')}`}
        <div className="hint">{seen ? seen.join(', ') : t('accounts.allFleets')}</div>
      </Table.Td>
      <Table.Td>{account.createdAt && times.date(account.createdAt)}{account.madeBy && <div className="hint">{t('accounts.madeBy', { by: account.madeBy.name })}</div>}</Table.Td>
      <Table.Td className="table-actions">
        {!own && (
          <>
            <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.editPerson', { name: account.name })} onClick={() => onEdit(account)}>{t('common.edit')}</Button>
            <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('accounts.resetFor', { name: account.name })} onClick={() => onReset(account)}>{t('accounts.reset')}</Button>
            <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('accounts.remove', { name: account.name })} onClick={() => onRemove(account)}>{t('common.remove')}</Button>
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function MadeLink({ of: { account, link, linkUntil } }: { of: AccountLink }) {
  const { t } = useTranslation();
  const times = useTimes();
  return (
    <div className="made" role="status">
      <p className="first-use">{t('accounts.link', { name: account.name, time: times.dateAndTime(linkUntil) })}</p>
      <dl className="values"><Value name={account.email} value={link} secret /></dl>
    </div>
  );
}

const nobody = { email: '', name: '', role: 'viewer' as Role, fleets: [] as string[] };

function AddForm({ onMade }: { onMade: (link: AccountLink) => Promise<void> }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(nobody);
  const form = useSubmit(async () => {
    await onMade(await api.addAccount({ ...draft, name: draft.name === '' ? null : draft.name, fleets: fleetsOf(draft) }));
    setDraft(nobody);
  });
  return (
    <form className="line" onSubmit={form.onSubmit}>
      <TextInput label={t('accounts.name')} value={draft.name} error={form.of('name')} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
      <TextInput label={t('accounts.email')} type="email" value={draft.email} error={form.of('email') ?? form.general('name', 'email', 'role', 'fleets')} onChange={(event) => setDraft({ ...draft, email: event.currentTarget.value })} />
      <RoleFields of={draft} errorOf={form.of} onChange={(grant) => setDraft({ ...draft, ...grant })} />
      <Button type="submit" variant="default" loading={form.busy} disabled={draft.email.trim() === '' || !isWhole(draft)}>{t('accounts.add')}</Button>
    </form>
  );
}

function EditDialog({ of: account, onClose, onChanged }: { of: Account; onClose: () => void; onChanged: () => Promise<void> }) {
  const { t } = useTranslation();
  const [grant, setGrant] = useState<Grant>({ role: account.role, fleets: account.fleets ?? [] });
  const [disabled, setDisabled] = useState(account.disabled);
  const form = useSubmit(async () => {
    await api.changeAccount(account.id, { role: grant.role, fleets: fleetsOf(grant), disabled });
    await onChanged();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} size={440} title={t('settings.editPerson', { name: account.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="sm">
          <RoleFields first of={grant} errorOf={form.of} onChange={setGrant} />
          <Checkbox label={t('accounts.disable')} description={t('accounts.disableHint')} checked={disabled} onChange={(event) => setDisabled(event.currentTarget.checked)} />
          <Refused text={form.general('role', 'fleets')} />
          <Buttons submit={t('common.save')} busy={form.busy} disabled={!isWhole(grant)} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

interface Grant {
  readonly role: Role;
  readonly fleets: string[];
}

/** Whoever is no owner sees some fleet. */
const isWhole = ({ role, fleets }: Grant) => role === 'owner' || fleets.length > 0;

const fleetsOf = ({ role, fleets }: Grant) => (role === 'owner' ? null : fleets);

interface RoleProps {
  readonly of: Grant;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (grant: Grant) => void;
  /** Of its dialog, it has the focus, and room for what the role means. */
  readonly first?: boolean;
}

/** A role, and for all but owners its fleets. */
function RoleFields({ of: grant, errorOf, onChange, first = false }: RoleProps) {
  const { t } = useTranslation();
  const fleets = useFleets();
  return (
    <>
      <Select data-autofocus={first || undefined} {...(first && { description: t(`accounts.rolesHint.${grant.role}`), inputWrapperOrder: ['label', 'input', 'description', 'error'] as const })} label={t('accounts.role')} allowDeselect={false} value={grant.role} error={errorOf('role')}
        data={roles.map((role) => ({ value: role, label: t(`accounts.roles.${role}`) }))} onChange={(role) => role && onChange({ ...grant, role: role })} />
      {grant.role !== 'owner' && (
        <MultiSelect label={t('accounts.fleets')} value={grant.fleets} error={errorOf('fleets')} data={fleets.map(({ id, name }) => ({ value: id, label: name }))} onChange={(chosen) => onChange({ ...grant, fleets: chosen })} />
      )}
    </>
  );
}

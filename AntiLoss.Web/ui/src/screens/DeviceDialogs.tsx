import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Device, type Enrolment } from '../api';
import type { Command } from '../guards/guards';
import { useSubmit } from '../parts/useSubmit';
import { Credentials } from './Credentials';
import { FleetSelect, PersonSelect, splitTags } from './EnrolDialog';

export type DialogKind = 'edit' | 'assign' | 'rotate' | 'retire';

interface DialogProps {
  readonly device: Device;
  readonly onClose: () => void;
}

export function DeviceDialog({ kind, device, onClose }: DialogProps & { kind: DialogKind }) {
  const { t } = useTranslation();
  const Body = { edit: Edit, assign: Assign, rotate: Rotate, retire: Retire }[kind];
  return (
    <Modal opened onClose={onClose} size={kind === 'rotate' ? 560 : 440} title={t(`${kind}.title`, { name: device.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Body device={device} onClose={onClose} />
    </Modal>
  );
}

/** Submits, reads the phone again, closes. */
export function useChange(device: Device, submit: () => Promise<unknown>, onClose: () => void) {
  const client = useQueryClient();
  return useSubmit(async () => {
    await submit();
    await client.invalidateQueries({ queryKey: ['device', device.id] });
    onClose();
  });
}

export function Buttons({ submit, busy, danger = false, disabled = false, onClose }: { submit: string; busy: boolean; danger?: boolean; disabled?: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" mt="xs">
      <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" loading={busy} disabled={disabled} color={danger ? 'danger' : 'accent'}>{submit}</Button>
    </Group>
  );
}

export const Refused = ({ text }: { text: string | null }) => text && <Text role="alert" c="var(--al-lost)">{text}</Text>;

function Edit({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState({ name: device.name, fleet: device.fleet, imei: device.imei ?? '', tags: device.tags.join(', ') });
  const form = useChange(device, () => api.change(device.id, { name: draft.name, fleet: draft.fleet, imei: draft.imei, tags: splitTags(draft.tags) }), onClose);
  const text = (name: 'name' | 'imei' | 'tags') => ({
    value: draft[name], error: form.of(name), onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="sm">
        <TextInput data-autofocus label={t('enrol.name')} required withAsterisk={false} {...text('name')} />
        <FleetSelect value={draft.fleet} error={form.of('fleet')} onChange={(fleet) => setDraft({ ...draft, fleet })} />
        <TextInput label={t('enrol.imei')} inputMode="numeric" {...text('imei')} />
        <TextInput label={t('enrol.tags')} description={t('enrol.tagsHint')} {...text('tags')} />
        <Refused text={form.general('name', 'fleet', 'imei', 'tags')} />
        <Buttons submit={t('common.save')} busy={form.busy} onClose={onClose} />
      </Stack>
    </form>
  );
}

function Assign({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [person, setPerson] = useState(device.person?.id ?? '');
  const [how, setHow] = useState('');
  const form = useChange(device, () => api.assign(device.id, person === '' ? null : person, how), onClose);
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="sm">
        <PersonSelect first value={person} known={device.person} error={form.of('person')} onChange={setPerson} />
        <TextInput label={t('assign.how')} description={t('assign.howHint')} value={how} error={form.of('how')} onChange={(event) => setHow(event.currentTarget.value)} />
        <Refused text={form.general('person', 'how')} />
        <Buttons submit={t('assign.submit')} busy={form.busy} onClose={onClose} />
      </Stack>
    </form>
  );
}

function Rotate({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [made, setMade] = useState<Enrolment | null>(null);
  const form = useSubmit(async () => {
    setMade(await api.rotate(device.id));
    await client.invalidateQueries({ queryKey: ['device', device.id] });
  });
  if (made) return <><Credentials of={made} /><Group justify="flex-end" mt="md"><Button onClick={onClose}>{t('common.done')}</Button></Group></>;
  return (
    <form onSubmit={form.onSubmit}>
      <Text>{t('rotate.text')}</Text>
      <Refused text={form.general()} />
      <Buttons submit={t('rotate.submit')} busy={form.busy} onClose={onClose} />
    </form>
  );
}

function Retire({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  return <ReasonForm device={device} text={t('retire.text')} submit={t('retire.submit')} danger onSubmit={(reason) => api.retire(device.id, reason)} onClose={onClose} />;
}

export function WithdrawDialog({ command, device, onClose }: DialogProps & { command: Command }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} size={440} title={t('command.withdrawTitle', { kind: t(`command.kind.${command.kind}`) })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <ReasonForm device={device} submit={t('command.withdraw')} onSubmit={(reason) => api.undo(device.id, `commands/${command.id}`, reason)} onClose={onClose} />
    </Modal>
  );
}

interface ReasonProps extends DialogProps {
  readonly text?: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly onSubmit: (reason: string) => Promise<unknown>;
}

/** Something that needs nothing but a reason. */
function ReasonForm({ device, text, submit, danger = false, onSubmit, onClose }: ReasonProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const form = useChange(device, () => onSubmit(reason), onClose);
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="sm">
        {text && <Text>{text}</Text>}
        <TextInput data-autofocus label={t('act.field.reason')} required withAsterisk={false} value={reason} error={form.of('reason')} onChange={(event) => setReason(event.currentTarget.value)} />
        <Refused text={form.general('reason')} />
        <Buttons submit={submit} busy={form.busy} danger={danger} disabled={reason.trim() === ''} onClose={onClose} />
      </Stack>
    </form>
  );
}

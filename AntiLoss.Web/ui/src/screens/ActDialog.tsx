import { Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Device } from '../api';
import { styleOf, type ActField, type ActName } from '../guards/guards';
import { Buttons, Refused, useChange } from './DeviceDialogs';

const hours = [1, 4, 8, 12];

/** What an act does, in words; why it is done; and whatever else it needs to know. */
export function ActDialog({ act, device, onClose }: { act: ActName; device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const style = styleOf(act);
  const fields = style.fields ?? [];
  const [reason, setReason] = useState('');
  const [draft, setDraft] = useState<Partial<Record<ActField, string>>>({ until: '4' });
  const form = useChange(device, () => {
    const body: Record<string, string> = { reason, ...style.sends, ...bound(act, device) };
    for (const field of fields) {
      const value = draft[field];
      if (value) body[field] = field === 'until' ? new Date(Date.now() + Number(value) * 3_600_000).toISOString() : value;
    }
    return api.act(device.id, style.path, body);
  }, onClose);
  return (
    <Modal opened onClose={onClose} size={440} title={t(`act.${act}.title`, { name: device.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="sm">
          <Text>{t(`act.${act}.text`)}</Text>
          {fields.map((field) => field === 'until' ? (
            <Select key={field} label={t('act.field.until')} allowDeselect={false} value={draft.until ?? null} error={form.of(field)}
              data={hours.map((count) => ({ value: String(count), label: t('act.hours', { count }) }))} onChange={(until) => setDraft({ ...draft, until: until ?? '1' })} />
          ) : (
            <TextInput key={field} label={t(`act.field.${field}`)} value={draft[field] ?? ''} error={form.of(field)} onChange={(event) => setDraft({ ...draft, [field]: event.currentTarget.value })} />
          ))}
          <TextInput data-autofocus label={t('act.field.reason')} description={t('act.reasonHint')} required withAsterisk={false} value={reason} error={form.of('reason')} onChange={(event) => setReason(event.currentTarget.value)} />
          <Refused text={form.general('reason', ...fields)} />
          <Buttons submit={t(`act.${act}.submit`)} busy={form.busy} danger={style.danger ?? false} disabled={reason.trim() === ''} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

/** A second person's word is bound to exactly what is on the screen. */
function bound(act: ActName, { guards }: Device): Record<string, string> {
  if (act === 'agree') return { pending: guards.pending?.id ?? '' };
  if (act === 'approveWipe') return { requestedAt: guards.wipe?.requestedAt ?? '' };
  return {};
}

import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSubmit } from './useSubmit';

/** Asks before something is gone. */
export function Confirm({ title, text, submit, onConfirm, onClose }: { title: string; text: string; submit: string; onConfirm: () => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useSubmit(async () => {
    await onConfirm();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={title} size={420} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Text>{text}</Text>
        {form.refusal && <Text role="alert" c="var(--al-lost)" mt="xs">{form.refusal.message}</Text>}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" color="danger" loading={form.busy}>{submit}</Button>
        </Group>
      </form>
    </Modal>
  );
}

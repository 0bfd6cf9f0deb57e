import { Alert, Anchor, Button, FileInput, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type ImportResult } from '../api';
import { inWordsOfViewer } from '../i18n';
import { WarningIcon } from '../parts/icons';
import { useSubmit } from '../parts/useSubmit';

const template = 'data:text/csv;charset=utf-8,name,since,fleet,person,imei,tags%0D%0A';
const errorsShown = 50;

/** Phones from a CSV file: read through first, made only when nothing is wrong with it, their credentials told once. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [made, setMade] = useState<ImportResult | null>(null);
  const check = useQuery({
    queryKey: ['import', file?.name, file?.size, file?.lastModified],
    queryFn: async () => api.importDevices(await (file ?? new Blob()).text(), true),
    enabled: file !== null,
    retry: false,
    gcTime: 0,
  });
  const checked = file === null ? undefined : check.data;
  const form = useSubmit(async () => {
    if (file) setMade(await api.importDevices(await file.text(), false));
  });
  const ready = checked?.errors.length === 0 && checked.rows > 0;
  return (
    <Modal opened onClose={onClose} size={640} title={t('import.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {made ? <Made result={made} onClose={onClose} /> : (
        <form onSubmit={form.onSubmit}>
          <Stack gap="sm">
            <Text>{t('import.intro')} <Anchor href={template} download="phones.csv" inherit>{t('import.template')}</Anchor></Text>
            <FileInput label={t('import.file')} placeholder={t('import.choose')} accept=".csv,text/csv" value={file} onChange={setFile} clearable clearButtonProps={{ 'aria-label': t('common.remove') }} />
            {check.error && <Text role="alert" c="var(--al-lost)">{check.error.message}</Text>}
            {form.refusal && <Text role="alert" c="var(--al-lost)">{form.refusal.message}</Text>}
            {checked && (checked.errors.length > 0 ? <Errors of={checked} /> : <Text role="status">{t('import.ready', { count: checked.rows })}</Text>)}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" loading={form.busy || check.isFetching} disabled={!ready}>{t('import.submit', { count: ready ? checked.rows : 0 })}</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Errors({ of }: { of: ImportResult }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Text c="var(--al-lost)">{t('import.errors', { count: of.errors.length })}</Text>
      <div className="card-scroll">
        <Table className="table">
          <Table.Thead><Table.Tr><Table.Th>{t('import.line')}</Table.Th><Table.Th>{t('import.column')}</Table.Th><Table.Th>{t('letters.reason')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {of.errors.slice(0, errorsShown).map(({ line, field, message }) => (
              <Table.Tr key={`${line} ${field} ${message}`}><Table.Td>{line}</Table.Td><Table.Td><code>{field}</code></Table.Td><Table.Td>{inWordsOfViewer(message)}</Table.Td></Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {of.errors.length > errorsShown && <Text c="dimmed">{t('import.more', { count: of.errors.length - errorsShown })}</Text>}
    </div>
  );
}

/** A cell that a spreadsheet takes for text, whatever it begins with. */
const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function Made({ result, onClose }: { result: ImportResult; onClose: () => void }) {
  const { t } = useTranslation();
  const [kept, setKept] = useState(false);
  const download = () => {
    const lines = ['id,name,credential', ...result.devices.map(({ id, name, credential }) => [id, name, credential].map(cell).join(','))];
    const url = URL.createObjectURL(new Blob([lines.join('\r\n') + '\r\n'], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'credentials.csv';
    link.click();
    URL.revokeObjectURL(url);
    setKept(true);
  };
  return (
    <Stack gap="sm">
      <Text role="status">{t('import.made', { count: result.devices.length })}</Text>
      {result.errors.length > 0 && <Errors of={result} />}
      {result.devices.length > 0 && (
        <>
          <Alert color="gray" variant="light" icon={<WarningIcon />}>{t('import.once')}</Alert>
          <Button onClick={download}>{t('import.download')}</Button>
        </>
      )}
      <Group justify="flex-end"><Button variant="default" onClick={onClose}>{kept || result.devices.length === 0 ? t('common.done') : t('import.leave')}</Button></Group>
    </Stack>
  );
}

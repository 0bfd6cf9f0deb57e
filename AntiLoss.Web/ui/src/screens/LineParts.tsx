import { ActionIcon, Checkbox, Menu, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Device } from '../api';
import { lineActsOf, midnightOf, type LineActName, type RealNameDraft, type Sim } from '../guards/lines';
import { MoreIcon } from '../parts/icons';
import { useMay, useTimes } from '../session';
import { Buttons, Refused, useChange } from './DeviceDialogs';
import { Part } from './DeviceDrawer';
import { PersonSelect } from './EnrolDialog';

/** The lines of the SIMs that belong into a phone: in whose name, and whether they may be used. */
export function LinesPart({ device }: { device: Device }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<{ sim: Sim; of: LineActName | 'name' } | null>(null);
  // A SIM that goes by slot and operator is no line that anybody could ask for.
  const sims = device.guards.boundSims.map(({ sim }) => sim).filter((sim) => !sim.includes('/'));
  if (sims.length === 0) return null;
  const close = () => setDialog(null);
  return (
    <Part title={t('line.title')}>
      <ul className="events">{sims.map((iccid) => <Line key={iccid} iccid={iccid} device={device} onOpen={(sim, of) => setDialog({ sim, of })} />)}</ul>
      {dialog?.of === 'name' && <NameDialog sim={dialog.sim} device={device} onClose={close} />}
      {dialog && dialog.of !== 'name' && <LineDialog act={dialog.of} sim={dialog.sim} device={device} onClose={close} />}
    </Part>
  );
}

function Line({ iccid, device, onOpen }: { iccid: string; device: Device; onOpen: (sim: Sim, of: LineActName | 'name') => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const mayAct = useMay('act');
  const asked = useQuery({ queryKey: ['device', device.id, 'sim', iccid], queryFn: ({ signal }) => api.sim(iccid, signal) });
  const sim = asked.data;
  if (!sim) return <li className="event event-over"><span>…{iccid.slice(-6)}</span></li>;
  const { realName: name, line, carrierRequests: [request] } = sim;
  const why = sim.reasons.filter((reason) => reason !== line.state && reason !== 'noRecord').map((reason) => t(`line.why.${reason}`));
  return (
    <li className={sim.satisfies ? 'event event-over' : 'event'}>
      <span className="event-line">
        …{iccid.slice(-6)}: {t(`line.state.${line.state}`)}{line.reason && line.by?.id !== 'clock' && ` (${line.reason})`}
        {mayAct && !device.retired && (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon size={24} variant="subtle" color="gray" aria-label={t('line.more', { iccid: iccid.slice(-6) })}><MoreIcon size={16} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onOpen(sim, 'name')}>{t('line.name.open')}</Menu.Item>
              {lineActsOf(sim).map((act) => (
                <Menu.Item key={act} {...(act !== 'resume' && { color: 'var(--al-lost)' })} onClick={() => onOpen(sim, act)}>{t(`line.${act}.open`)}</Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </span>
      <span className="hint">{name ? t('line.named', { subject: name.person?.name ?? t('line.ours'), time: times.date(name.until) }) : t('line.why.noRecord')}</span>
      {why.length > 0 && <span className="hint">{why.join(' · ')}</span>}
      {request && <span className="hint">{t(`line.carrier.${request.state}`, { act: t(`line.asked.${request.act}`) })}</span>}
    </li>
  );
}

interface DialogProps {
  readonly sim: Sim;
  readonly device: Device;
  readonly onClose: () => void;
}

function LineDialog({ act, sim, device, onClose }: DialogProps & { act: LineActName }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [goesDark, setGoesDark] = useState(false);
  const form = useChange(device, () => api.lineAct(sim.iccid, act, act === 'resume' ? { reason } : { reason, goesDark }), onClose);
  // Another phone may have the SIM: then the server's refusal is the first to know.
  const silences = act !== 'resume' && (device.guards.protection === 'lost' || form.refusal?.status === 409);
  return (
    <Modal opened onClose={onClose} size={440} title={t(`line.${act}.title`, { iccid: sim.iccid.slice(-6) })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="sm">
          <Text>{t(`line.${act}.text`)}</Text>
          <TextInput data-autofocus label={t('act.field.reason')} description={t('act.reasonHint')} required withAsterisk={false} value={reason} error={form.of('reason')} onChange={(event) => setReason(event.currentTarget.value)} />
          {silences && <Checkbox label={t('line.goesDark')} checked={goesDark} onChange={(event) => setGoesDark(event.currentTarget.checked)} />}
          <Refused text={form.general('reason')} />
          <Buttons submit={t(`line.${act}.submit`)} busy={form.busy} danger={act !== 'resume'} disabled={reason.trim() === ''} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

function NameDialog({ sim, device, onClose }: DialogProps) {
  const { t } = useTranslation();
  const known = sim.realName;
  const [draft, setDraft] = useState<RealNameDraft & { verifiedAt: string; until: string; person: string }>({
    subject: known?.subject ?? 'organization', person: known?.person?.id ?? device.person?.id ?? '', identityNumber: '', verifiedBy: '', verifiedAt: '', until: '', reason: '',
  });
  const isPerson = draft.subject === 'person';
  const form = useChange(device, () => api.nameLine(sim.iccid, {
    ...draft, person: isPerson ? draft.person : null, verifiedAt: midnightOf(draft.verifiedAt), until: midnightOf(draft.until),
  }), onClose);
  const text = (field: 'identityNumber' | 'verifiedBy' | 'verifiedAt' | 'until' | 'reason') => ({
    value: draft[field], error: form.of(field), onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [field]: event.currentTarget.value }),
  });
  return (
    <Modal opened onClose={onClose} size={440} title={t('line.name.title', { iccid: sim.iccid.slice(-6) })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="sm">
          <SegmentedControl fullWidth aria-label={t('line.name.subject')} value={draft.subject} onChange={(subject) => setDraft({ ...draft, subject })}
            data={[{ value: 'organization', label: t('line.ours') }, { value: 'person', label: t('line.name.person') }]} />
          {isPerson && <PersonSelect value={draft.person} known={known?.person ?? device.person} error={form.of('person')} onChange={(person) => setDraft({ ...draft, person })} />}
          <TextInput data-autofocus autoComplete="off" label={t('line.name.identityNumber')} description={t('line.name.identityHint')} required withAsterisk={false} {...text('identityNumber')} />
          <TextInput label={t('line.name.verifiedBy')} description={t('line.name.verifiedByHint')} {...text('verifiedBy')} />
          <TextInput type="date" label={t('line.name.verifiedAt')} required withAsterisk={false} {...text('verifiedAt')} />
          <TextInput type="date" label={t('line.name.until')} required withAsterisk={false} {...text('until')} />
          <TextInput label={t('act.field.reason')} description={t('act.reasonHint')} required withAsterisk={false} {...text('reason')} />
          <Refused text={form.general('subject', 'person', 'identityNumber', 'verifiedBy', 'verifiedAt', 'until', 'reason')} />
          <Buttons submit={t('line.name.submit')} busy={form.busy} disabled={draft.reason.trim() === ''} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

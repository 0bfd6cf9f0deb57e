import { Button, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Device, type RecoveryCode } from '../api';
import { callerChecks, recoveryPurposes, spoken, type CallerCheck, type RecoveryPurpose } from '../guards/guards';
import { useSubmit } from '../parts/useSubmit';
import { useTimes } from '../session';
import { Buttons, Refused } from './DeviceDialogs';

/**
 * A help desk frees a phone: how the caller is known is asked before the code is shown. It stays open while a second
 * person agrees, and the code is then asked for again.
 */
export function RecoveryDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const [purpose, setPurpose] = useState<RecoveryPurpose>(device.guards.powerOff.stage === 'lockedOut' ? 'endLockout' : 'newPin');
  const [check, setCheck] = useState<CallerCheck | null>(null);
  const [draft, setDraft] = useState({ challenge: '', calledNumber: '', reason: '' });
  const [answer, setAnswer] = useState<RecoveryCode | null>(null);
  const form = useSubmit(async () => {
    const body: Record<string, string> = { purpose, challenge: draft.challenge.replaceAll(/\s/g, ''), callerCheck: check ?? '', reason: draft.reason };
    if (check === 'calledBack') body.calledNumber = draft.calledNumber;
    setAnswer(await api.recoveryCode(device.id, body));
  });
  const text = (name: keyof typeof draft) => ({
    value: draft[name], error: form.of(name), onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <Modal opened onClose={onClose} size={460} title={t('recovery.title', { name: device.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {answer?.code ? <Code code={answer.code} purpose={purpose} onClose={onClose} /> : (
        <form onSubmit={form.onSubmit}>
          <Stack gap="sm">
            {answer?.pending ? <Waits device={device} pending={answer.pending} /> : (
              <>
                <Text>{t('recovery.text')}</Text>
                <Radio.Group label={t('recovery.purpose')} value={purpose} error={form.of('purpose')} onChange={(to) => setPurpose(to)}>
                  <Stack gap={6} mt={6}>{recoveryPurposes.map((each) => <Radio key={each} value={each} label={t(`recovery.purposeOf.${each}`)} />)}</Stack>
                </Radio.Group>
                <TextInput data-autofocus label={t('recovery.challenge')} description={t('recovery.challengeHint')} inputMode="numeric" autoComplete="off" required withAsterisk={false} {...text('challenge')} />
                <Radio.Group label={t('recovery.check')} description={t('recovery.checkHint')} value={check} error={form.of('callerCheck')} onChange={(to) => setCheck(to)}>
                  <Stack gap={6} mt={6}>{callerChecks.map((each) => <Radio key={each} value={each} label={t(`recovery.checkOf.${each}`)} />)}</Stack>
                </Radio.Group>
                {check === 'calledBack' && <TextInput label={t('recovery.calledNumber')} inputMode="tel" required withAsterisk={false} {...text('calledNumber')} />}
                <TextInput label={t('act.field.reason')} description={t('act.reasonHint')} required withAsterisk={false} {...text('reason')} />
              </>
            )}
            <Refused text={form.general('purpose', 'challenge', 'callerCheck', 'calledNumber', 'reason')} />
            <Buttons submit={t(answer?.pending ? 'recovery.again' : 'recovery.submit')} busy={form.busy} onClose={onClose}
              disabled={check === null || draft.challenge.trim() === '' || draft.reason.trim() === '' || (check === 'calledBack' && draft.calledNumber.trim() === '')} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** The second person says so on the phone's page; that page is told at once, and so is this one. */
function Waits({ device, pending }: { device: Device; pending: NonNullable<RecoveryCode['pending']> }) {
  const { t } = useTranslation();
  const times = useTimes();
  const waits = device.guards.pending?.id === pending.id;
  return (
    <div className="notice" role="status">
      <p>{waits ? t('recovery.waits', { time: times.clock(pending.until) }) : t('recovery.decided')}</p>
      {waits && <p className="hint">{t('recovery.waitsHint')}</p>}
    </div>
  );
}

function Code({ code, purpose, onClose }: { code: string; purpose: RecoveryPurpose; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <p className="recovery-code" role="status" aria-label={t('recovery.codeIs', { code: code.replaceAll(/(?<=\d)(?=\d)/g, ' ') })}>{spoken(code)}</p>
      <Text>{t(`recovery.read.${purpose}`)}</Text>
      <Text c="dimmed">{t('recovery.once')}</Text>
      <Button onClick={onClose} ml="auto">{t('common.done')}</Button>
    </Stack>
  );
}

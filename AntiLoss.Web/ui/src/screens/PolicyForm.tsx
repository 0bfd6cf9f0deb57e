import { Button, NumberInput, Select, Switch, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api';
import { DurationInput } from '../parts/DurationInput';
import { useSubmit } from '../parts/useSubmit';
import { durationOf, ownSimRules, privacySettings, reportingFields, type Policy } from '../policy/policy';
import { Refused } from './DeviceDialogs';
import { HoursForm } from './HoursForm';
import { Section } from './Settings';

interface PolicyProps {
  readonly fleet: string;
  readonly policy: Policy;
  readonly usual: Policy;
  readonly onReload: () => Promise<void>;
}

type Seconds = 'silenceAfterMoving' | 'silenceAfterStill' | 'offlineLockAfter' | 'reseatWithin' | 'fallbackWithinKeptEnabled' | 'fallbackWithinOnDemand' | 'maintenanceMax';
type Count = 'pinFailuresToTamper' | 'foreignSimTries' | 'esimMegabytesPerDay' | 'stormSharePercent' | 'stormLeastPhones';

const escalateFirst = 1800;

/** Every field of a policy, in its unit and beside its default. What somebody else changed meanwhile is read again, never overwritten. */
export function PolicyForm({ fleet, policy, usual, onReload }: PolicyProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState(policy);
  const form = useSubmit(async () => {
    client.setQueryData(['policy', fleet], await api.changePolicy(fleet, draft));
  });
  const same = JSON.stringify(draft) === JSON.stringify(policy);
  const outdated = form.refusal?.status === 409;
  const wrongFields = Object.keys(form.refusal?.fields ?? {}).length > 0;
  const change = (to: Partial<Policy>) => setDraft({ ...draft, ...to });
  const spanOf = (seconds: number) => {
    const { count, unit } = durationOf(seconds);
    return t(`policy.span.${unit}`, { count });
  };
  const usually = (value: string) => t('policy.usually', { value });

  const duration = (field: Seconds) => (
    <DurationInput key={field} label={t(`policy.field.${field}`)} description={usually(spanOf(usual[field]))} seconds={draft[field]} error={form.of(field)} onChange={(seconds) => change({ [field]: seconds })} />
  );
  const count = (field: Count, suffix = '') => (
    <NumberInput key={field} label={t(`policy.field.${field}`)} description={usually(`${usual[field]}${suffix}`)} value={draft[field]} min={1} allowDecimal={false} suffix={suffix} error={form.of(field)} hideControls
      onChange={(to) => typeof to === 'number' && change({ [field]: to })} />
  );
  const choice = (field: 'ownSimInOtherPhone' | 'privacy', values: readonly string[]) => (
    <Select key={field} label={t(`policy.field.${field}`)} description={usually(t(`policy.${field}.${usual[field]}`))} allowDeselect={false} value={draft[field]} error={form.of(field)}
      data={values.map((value) => ({ value, label: t(`policy.${field}.${value}`) }))} onChange={(to) => to && change({ [field]: to })} />
  );

  return (
    <form onSubmit={form.onSubmit}>
      <Group title={t('policy.reporting')} hint={t('policy.reportingHint')}>
        {reportingFields.map((field) => (
          <DurationInput key={field} label={t(`policy.report.${field}`)} description={usually(spanOf(usual.reporting[field]))} seconds={draft.reporting[field]} error={form.of(`reporting.${field}`)}
            onChange={(seconds) => change({ reporting: { ...draft.reporting, [field]: seconds } })} />
        ))}
      </Group>
      <Group title={t('policy.silence')} hint={t('policy.silenceHint')}>
        {duration('silenceAfterMoving')}
        {duration('silenceAfterStill')}
        {count('stormSharePercent', ' %')}
        {count('stormLeastPhones')}
      </Group>
      <Group title={t('policy.suspicion')} hint={t('policy.suspicionHint')}>
        <Switch label={t('policy.field.lockOnSuspected')} description={usually(t(usual.lockOnSuspected ? 'policy.on' : 'policy.off'))} checked={draft.lockOnSuspected} onChange={(event) => change({ lockOnSuspected: event.currentTarget.checked })} />
        <Switch label={t('policy.field.escalates')} description={usually(t('policy.off'))} checked={draft.escalateAfter !== null} onChange={(event) => change({ escalateAfter: event.currentTarget.checked ? escalateFirst : null })} />
        {draft.escalateAfter !== null && (
          <DurationInput label={t('policy.field.escalateAfter')} description={t('policy.escalateHint')} seconds={draft.escalateAfter} error={form.of('escalateAfter')} onChange={(seconds) => change({ escalateAfter: seconds })} />
        )}
        {duration('offlineLockAfter')}
        {count('pinFailuresToTamper')}
      </Group>
      <Group title={t('policy.sims')}>
        {duration('reseatWithin')}
        {count('foreignSimTries')}
        {choice('ownSimInOtherPhone', ownSimRules)}
        {duration('maintenanceMax')}
      </Group>
      <Group title={t('policy.esim')} hint={t('policy.esimHint')}>
        {duration('fallbackWithinKeptEnabled')}
        {duration('fallbackWithinOnDemand')}
        {count('esimMegabytesPerDay', ' MB')}
      </Group>
      <Section title={t('policy.hours')} hint={t('policy.hoursHint')}>
        <HoursForm hours={draft.hours} of={form.of} onChange={(hours) => change({ hours })} />
      </Section>
      <Group title={t('policy.privacy.title')}>{choice('privacy', privacySettings)}</Group>
      <div className="policy-save">
        <Text c="dimmed" size="xs">{t('policy.version', { version: policy.version })}</Text>
        <Refused text={wrongFields ? t('policy.seeFields') : (form.refusal?.message ?? null)} />
        {outdated && <Button variant="default" onClick={() => void onReload()}>{t('policy.reload')}</Button>}
        <Button variant="default" disabled={same} onClick={() => setDraft(policy)}>{t('policy.discard')}</Button>
        <Button type="submit" loading={form.busy} disabled={same || outdated}>{t('policy.save')}</Button>
      </div>
    </form>
  );
}

function Group({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return <Section title={title} {...(hint !== undefined && { hint })}><div className="policy-fields">{children}</div></Section>;
}

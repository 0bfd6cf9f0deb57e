import { Button, Select, Switch, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session';
import { days, type Policy, type Shift } from '../policy/policy';

const timeZones = Intl.supportedValuesOf('timeZone');
const firstShift: Shift = { day: 'monday', from: '08:00', until: '17:00' };

interface HoursProps {
  readonly hours: Policy['hours'];
  readonly of: (field: string) => string | null;
  readonly onChange: (hours: Policy['hours']) => void;
}

/** When a fleet works: always, or in the shifts of a week, each on the clock of one time zone. */
export function HoursForm({ hours, of, onChange }: HoursProps) {
  const { t } = useTranslation();
  const session = useSession();
  const working = days.slice(0, 5).map((day) => ({ ...firstShift, day }));
  const shift = (at: number, to: Partial<Shift>) => hours && onChange({ ...hours, shifts: hours.shifts.map((each, index) => (index === at ? { ...each, ...to } : each)) });
  return (
    <>
      <Switch label={t('policy.always')} checked={hours === null} onChange={(event) => onChange(event.currentTarget.checked ? null : { timeZone: session.timeZone, shifts: working })} />
      {hours && (
        <>
          <div className="line">
            <Select label={t('settings.timeZone')} searchable allowDeselect={false} value={hours.timeZone} error={of('hours.timeZone')}
              data={timeZones.includes(hours.timeZone) ? timeZones : [hours.timeZone, ...timeZones]} onChange={(timeZone) => timeZone && onChange({ ...hours, timeZone })} />
          </div>
          <ul className="shifts" aria-label={t('policy.shifts')}>
            {hours.shifts.map((each, index) => {
              const name = t('policy.shift', { number: index + 1 });
              const error = of(`hours.shifts[${index}].day`) ?? of(`hours.shifts[${index}].from`) ?? of(`hours.shifts[${index}].until`);
              return (
                // A shift is nothing but its place in the list.
                <li key={index}>
                  <Select aria-label={`${name}: ${t('policy.day')}`} allowDeselect={false} value={each.day} data={days.map((day) => ({ value: day, label: t(`policy.days.${day}`) }))} onChange={(day) => day && shift(index, { day })} />
                  <TextInput type="time" aria-label={`${name}: ${t('policy.from')}`} value={each.from} onChange={(event) => shift(index, { from: event.currentTarget.value })} />
                  <span aria-hidden="true">–</span>
                  <TextInput type="time" aria-label={`${name}: ${t('policy.until')}`} value={each.until} onChange={(event) => shift(index, { until: event.currentTarget.value })} />
                  <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('policy.removeShift', { name })} onClick={() => onChange({ ...hours, shifts: hours.shifts.filter((_, at) => at !== index) })}>{t('common.remove')}</Button>
                  {error && <Text role="alert" c="var(--al-lost)" size="xs">{error}</Text>}
                </li>
              );
            })}
          </ul>
          {of('hours.shifts') && <Text role="alert" c="var(--al-lost)">{of('hours.shifts')}</Text>}
          <Button variant="default" size="xs" mt="xs" onClick={() => onChange({ ...hours, shifts: [...hours.shifts, firstShift] })}>{t('policy.addShift')}</Button>
        </>
      )}
    </>
  );
}

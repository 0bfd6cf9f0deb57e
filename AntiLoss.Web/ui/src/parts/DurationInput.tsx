import { Input, NumberInput, Select } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { durationOf, inSeconds, units } from '../policy/policy';

interface DurationProps {
  readonly label: string;
  readonly description: string;
  readonly seconds: number;
  readonly error: string | null;
  readonly onChange: (seconds: number) => void;
}

/** A time span as a number and its unit. */
export function DurationInput({ label, description, seconds, error, onChange }: DurationProps) {
  const { t } = useTranslation();
  const id = useId();
  const [unit, setUnit] = useState(durationOf(seconds).unit);
  // A value that was set from outside may not be whole in the unit that was chosen here.
  const shown = Number.isInteger(seconds / inSeconds({ count: 1, unit })) ? unit : durationOf(seconds).unit;
  const count = seconds / inSeconds({ count: 1, unit: shown });
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <div className="duration">
        <NumberInput id={id} aria-describedby={`${id}-description ${id}-error`} value={count} min={0} allowDecimal={false} error={error !== null} hideControls
          onChange={(to) => typeof to === 'number' && onChange(inSeconds({ count: to, unit: shown }))} />
        <Select aria-label={t('policy.unitOf', { field: label })} allowDeselect={false} value={shown} data={units.map((value) => ({ value, label: t(`policy.unit.${value}`) }))}
          onChange={(to) => {
            if (!to) return;
            setUnit(to);
            onChange(inSeconds({ count, unit: to }));
          }} />
      </div>
    </Input.Wrapper>
  );
}

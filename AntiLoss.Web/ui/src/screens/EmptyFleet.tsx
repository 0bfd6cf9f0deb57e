import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFleet } from '../console';
import { PhoneIcon } from '../parts/icons';

/** A new organization sees how to begin, not an empty map; whoever may not begin sees that there is nothing yet. */
export function EmptyFleet({ onAdd }: { onAdd: (() => void) | null }) {
  const { t } = useTranslation();
  const fleet = useFleet(500);
  if (!fleet.loaded || fleet.counts.all > 0 || fleet.size > 0 || fleet.wide) return null;
  return (
    <section className="empty" aria-label={t('empty.title')}>
      <span className="empty-icon"><PhoneIcon size={28} /></span>
      <Title order={2}>{t('empty.title')}</Title>
      {onAdd ? (
        <>
          <Text c="dimmed" mt={4}>{t('empty.intro')}</Text>
          <ol className="empty-steps">
            <li>{t('empty.step1')}</li>
            <li>{t('empty.step2')}</li>
            <li>{t('empty.step3')}</li>
          </ol>
          <Button onClick={onAdd} fullWidth>{t('empty.button')}</Button>
        </>
      ) : <Text c="dimmed" mt={4}>{t('empty.toRead')}</Text>}
    </section>
  );
}

import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckIcon, CopyIcon } from './icons';

/** A value that is copied at a click; where the page came without TLS, browsers let it only be selected. */
export function Copy({ value }: { value: string }) {
  const { t } = useTranslation();
  if (!('clipboard' in navigator)) return null;
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
          <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('common.copy')} onClick={copy}>{copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}</ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A value to be read or typed, hidden until asked for where it is a secret. */
export function Value({ name, value, secret = false }: { name: string; value: string; secret?: boolean }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(!secret);
  return (
    <div className="value">
      <dt>{name}</dt>
      <dd>
        <code className={shown ? '' : 'value-hidden'}>{shown ? value : '••••••••••••'}</code>
        {secret && <Button size="compact-xs" variant="subtle" aria-label={`${shown ? t('common.hide') : t('common.show')}: ${name}`} onClick={() => setShown(!shown)}>{shown ? t('common.hide') : t('common.show')}</Button>}
        <Copy value={value} />
      </dd>
    </div>
  );
}

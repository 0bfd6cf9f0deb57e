import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { WarningIcon } from './icons';

/** Something did not work: what, and what can be done about it. */
export function Trouble({ text, onRetry, full = false }: { text: string; onRetry?: () => void; full?: boolean }) {
  const { t } = useTranslation();
  return (
    <Center h={full ? '100dvh' : undefined} p="lg" role="alert">
      <Stack align="center" gap="xs" maw={420} ta="center">
        <span className="trouble-icon"><WarningIcon size={28} /></span>
        <Title order={2} size="h3">{t('error.title')}</Title>
        <Text c="dimmed">{text}</Text>
        {onRetry && <Button variant="default" mt="xs" onClick={onRetry}>{t('common.retry')}</Button>}
      </Stack>
    </Center>
  );
}

interface GuardProps {
  children: ReactNode;
  fallback: ReactNode;
}

/** Keeps a screen that fails from taking the whole page with it. */
export class Guard extends Component<GuardProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

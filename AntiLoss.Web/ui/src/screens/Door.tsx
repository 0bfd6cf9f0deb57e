import { ActionIcon, Group, Menu, Paper, Title, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, languages } from '../i18n';
import { LanguageIcon, Logo, MoonIcon, SunIcon } from '../parts/icons';

/** The frame of what is seen before signing in: a card in the middle, language and appearance in the corner. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="door">
      <div className="door-corner"><ViewerMenu /></div>
      <Paper className="door-card" withBorder radius={12} p="xl">
        <Group gap="sm" mb="lg">
          <Logo size={32} />
          <Title order={1}>{title}</Title>
        </Group>
        {children}
      </Paper>
    </main>
  );
}

/** Language and appearance, each behind one button. */
export function ViewerMenu() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group gap={4}>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('language')}><LanguageIcon /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {languages.map(({ value, label }) => (
            <Menu.Item key={value} lang={value} fw={i18n.language === value ? 600 : 400} onClick={() => void changeLanguage(value)}>{label}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('scheme.label')}>
            {colorScheme === 'dark' ? <MoonIcon /> : <SunIcon />}
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['auto', 'light', 'dark'] as const).map((scheme) => (
            <Menu.Item key={scheme} fw={colorScheme === scheme ? 600 : 400} onClick={() => setColorScheme(scheme)}>{t(`scheme.${scheme}`)}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

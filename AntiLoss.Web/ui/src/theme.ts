import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { cssVariables, tokens } from './tokens';

const accent: MantineColorsTuple = [
  '#e8f0fc', '#cfdffb', '#a9c8fb', '#6aa6ff', '#4a8ff0', '#2c78e4', '#1463d8', '#1157c0', '#0e4aa4', '#0b3c86',
];
const danger: MantineColorsTuple = [
  '#fdeaec', '#fbd3d6', '#ffb0b5', '#ff6b72', '#f0505a', '#e03543', '#d3202f', '#b81a28', '#9c1521', '#80101a',
];

export const fontFamily =
  'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

export const theme = createTheme({
  fontFamily,
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 3 },
  // Filled buttons are light in the dark, where the library would still write on them in white.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    return input.variant === 'filled' ? { ...colours, color: 'var(--al-accent-ink)' } : colours;
  },
  colors: { accent, danger },
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '15px', xl: '17px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '22px', xl: '24px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '20px', xl: '32px' },
  headings: {
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '26px' },
      h2: { fontSize: '17px', lineHeight: '24px' },
      h3: { fontSize: '15px', lineHeight: '20px' },
      h4: { fontSize: '13px', lineHeight: '18px' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Text: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Modal: { defaultProps: { centered: true, radius: 12, overlayProps: { backgroundOpacity: 0.35 } } },
  },
});

const ofScheme = (scheme: 'light' | 'dark') => {
  const of = tokens[scheme];
  return {
    ...cssVariables(of),
    '--mantine-color-text': of.ink,
    '--mantine-color-body': of.panel,
    '--mantine-color-dimmed': of.ink2,
    '--mantine-color-placeholder': of.ink3,
    '--mantine-color-default': of.panel,
    '--mantine-color-default-hover': of.sunken,
    '--mantine-color-default-color': of.ink,
    '--mantine-color-default-border': of.line,
    '--mantine-color-error': of.lost,
    '--mantine-color-anchor': of.accent,
    '--mantine-color-disabled-color': of.ink3,
  };
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: ofScheme('light'),
  dark: ofScheme('dark'),
});

import type { ReactNode } from 'react';

// Line icons on a 24 px grid, drawn here so that no icon library is shipped. All are decoration: the control has the name.

const icon = (path: ReactNode) =>
  function Icon({ size = 20 }: { size?: number }) {
    return (
      <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.75"
        strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
        {path}
      </svg>
    );
  };

export const MapIcon = icon(<path d="m9 5-5 2v12l5-2 6 2 5-2V5l-5 2-6-2Zm0 0v12m6-10v12" />);
export const LettersIcon = icon(<path d="M4 13v5a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-5m-16 0 2.5-7.3a1 1 0 0 1 .95-.7h9.1a1 1 0 0 1 .95.7L20 13m-16 0h4.5l1.5 2.5h4l1.5-2.5H20" />);
export const BellIcon = icon(<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 1.500h-15L6 16.500ZM10 20.500h4" />);
export const CaseIcon = icon(<path d="M4 8h16v11H4zM9 8V5h6v3M4 12.500h16" />);
export const SettingsIcon = icon(<path d="M5 7h9m4 0h1M5 17h1m4 0h9M5 12h3m4 0h7M16 5v4M8 15v4M10 10v4" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const MinusIcon = icon(<path d="M5 12h14" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const FitIcon = icon(<path d="M4 9V5a1 1 0 0 1 1-1h4m6 0h4a1 1 0 0 1 1 1v4m0 6v4a1 1 0 0 1-1 1h-4m-6 0H5a1 1 0 0 1-1-1v-4" />);
export const TargetIcon = icon(<><circle cx="12" cy="12" r="5.5" /><path d="M12 3v3.5m0 11V21m9-9h-3.5m-11 0H3" /></>);
export const MoreIcon = icon(<path d="M6 12h.01M12 12h.01M18 12h.01" strokeWidth="2.5" />);
export const PanelIcon = icon(<path d="M4.5 5h15v14h-15zM10 5v14" />);
export const KeyboardIcon = icon(<path d="M3.5 7h17v10h-17zM7 10.5h.01M10.3 10.5h.01M13.7 10.5h.01M17 10.5h.01M8 14h8" />);
export const SignOutIcon = icon(<path d="M14 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h8m2-10 3.5 3-3.5 3m3.5-3H10" />);
export const SunIcon = icon(<><circle cx="12" cy="12" r="4" /><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1m10.6 10.6 1.1 1.1m0-12.8-1.1 1.1M6.7 17.3l-1.1 1.1" /></>);
export const MoonIcon = icon(<path d="M19.5 14.2A8 8 0 1 1 9.8 4.5a6.3 6.3 0 0 0 9.7 9.7Z" />);
export const LanguageIcon = icon(<path d="M4 6h9M8.5 4v2m2.5 0c-.6 3.8-2.8 6.4-6.5 8m2-5.5c1 2.3 2.8 4 5.5 5M12.5 20l4-9.5 4 9.5m-1.3-3h-5.4" />);
export const LeftIcon = icon(<path d="m14 6-6 6 6 6" />);
export const RightIcon = icon(<path d="m10 6 6 6-6 6" />);
export const CopyIcon = icon(<path d="M9 9h10v10H9zM15 9V5H5v10h4" />);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const DownloadIcon = icon(<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14" />);
export const PhoneIcon = icon(<path d="M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm3 15h2" />);
export const WarningIcon = icon(<path d="M12 4 3.5 19h17L12 4Zm0 6v4m0 2.5v.01" />);

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--al-ink)" />
      <g fill="none" stroke="var(--al-panel)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M16 26c-5-4.6-8-8.3-8-12a8 8 0 0 1 16 0c0 3.7-3 7.4-8 12Z" />
        <path d="m12.8 14 2.3 2.3 4.2-4.3" />
      </g>
    </svg>
  );
}

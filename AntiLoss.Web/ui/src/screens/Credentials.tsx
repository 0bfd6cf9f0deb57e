import { Alert, Anchor, Button, SegmentedControl, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Enrolment } from '../api';
import { useFleet } from '../console';
import { WarningIcon } from '../parts/icons';
import { Value } from '../parts/Secret';
import { useSession } from '../session';

type AppName = 'ownTracks' | 'traccar';

/** What a phone is given, once: credential, QR code and the settings to type. All of it hidden until asked for. */
export function Credentials({ of }: { of: Enrolment }) {
  const { t } = useTranslation();
  const session = useSession();
  const [app, setApp] = useState<AppName>('ownTracks');
  return (
    <div className="credentials">
      <Text>{t('enrol.once')} {t('enrol.secretWarning')}</Text>
      {session.publicUrlIsLocalhost && <Alert color="danger" variant="light" icon={<WarningIcon />}>{t('enrol.localhost', { url: session.publicUrl })}</Alert>}
      {!session.tls && <Alert color="gray" variant="light" icon={<WarningIcon />}>{t('enrol.readable')}</Alert>}
      <SegmentedControl fullWidth aria-label={t('enrol.app')} value={app} onChange={(value) => setApp(value)}
        data={[{ value: 'ownTracks', label: t('enrol.ownTracks') }, { value: 'traccar', label: t('enrol.traccar') }]} />
      <QrCode key={app} svg={of.qr[app]} hint={app === 'ownTracks' ? t('enrol.qrOwnTracks') : t('enrol.qrTraccar')} />
      {app === 'ownTracks' ? <OwnTracks of={of} /> : <Traccar of={of} />}
      <FirstUse id={of.id} />
    </div>
  );
}

function QrCode({ svg, hint }: { svg: string; hint: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className="qr">
      {shown ? <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={t('enrol.qr')} width={220} height={220} /> : <div className="qr-hidden"><Text size="xs" c="dimmed">{t('enrol.qrHidden')}</Text></div>}
      <div>
        <Text c="dimmed" mb="xs">{hint}</Text>
        <Button size="xs" variant={shown ? 'default' : 'filled'} onClick={() => setShown(!shown)}>{shown ? t('enrol.hideQr') : t('enrol.showQr')}</Button>
      </div>
    </div>
  );
}

function OwnTracks({ of }: { of: Enrolment }) {
  const { t } = useTranslation();
  const file = useMemo(() => {
    const { otrc } = of.settings.ownTracks;
    return `data:application/json;charset=utf-8,${encodeURIComponent(typeof otrc === 'string' ? otrc : JSON.stringify(otrc))}`;
  }, [of]);
  return (
    <section>
      <Title order={3} size="h4" mb="xs">{t('enrol.type')}</Title>
      <dl className="values">
        <Value name={t('enrol.field.mode')} value={t('enrol.field.modeHttp')} />
        <Value name={t('enrol.field.url')} value={of.settings.ownTracks.url} />
        <Value name={t('enrol.field.user')} value={of.id} />
        <Value name={t('enrol.field.password')} value={of.credential} secret />
        <Value name={t('enrol.secret')} value={of.ownTracksSecret} secret />
      </dl>
      <Text size="xs" c="dimmed">{t('enrol.secretHint')}</Text>
      <Anchor href={file} download={`${of.name}.otrc`} size="sm" mt="xs" display="inline-block">{t('enrol.file')}</Anchor>
      <Text size="xs" c="dimmed">{t('enrol.fileHint')}</Text>
    </section>
  );
}

function Traccar({ of }: { of: Enrolment }) {
  const { t } = useTranslation();
  return (
    <section>
      <Title order={3} size="h4" mb="xs">{t('enrol.type')}</Title>
      <dl className="values">
        <Value name={t('enrol.field.deviceIdentifier')} value={of.settings.traccar.id} secret />
        <Value name={t('enrol.field.serverUrl')} value={of.settings.traccar.url} />
        <Value name={t('enrol.field.accuracy')} value={t('enrol.field.accuracyHigh')} />
        <Value name={t('enrol.field.heartbeat')} value={t('enrol.field.seconds', { count: 900 })} />
      </dl>
    </section>
  );
}

/** Says by itself that the phone has been heard. */
function FirstUse({ id }: { id: string }) {
  const { t } = useTranslation();
  const fleet = useFleet(500);
  const heard = (fleet.byId(id)?.contactAt ?? 0) > 0;
  return <p className={heard ? 'first-report heard' : 'first-report'} role="status">{heard ? t('enrol.arrived') : t('enrol.waiting')}</p>;
}

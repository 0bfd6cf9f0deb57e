import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../api';
import { commandsToShow, mayWithdraw, obeys, type ActName, type Command, type Guards, type RecoveryCall, type SimSlot, type Tamper, type Window } from '../guards/guards';
import { actorName } from '../parts/names';
import { inWordsOfViewer } from '../i18n';
import { CheckIcon, CloseIcon, MinusIcon } from '../parts/icons';
import { useMay, useTimes } from '../session';
import { Facts, Part } from './DeviceDrawer';

interface GuardProps {
  readonly device: Device;
  readonly onAct: (act: ActName) => void;
}

/** What has happened to it, and what waits for somebody: first in the drawer, as long as there is anything. */
export function ProtectionPart({ device, onAct }: GuardProps) {
  const { t } = useTranslation();
  const times = useTimes();
  const mayAct = useMay('act');
  const { guards } = device;
  const { loss, pending, wipe, incidentReopenedAt: reopened } = guards;
  if (guards.reasons.length === 0 && !loss && !pending && !wipe && !reopened) return null;
  return (
    <Part title={t(`protection.${guards.protection}`)} aside={guards.since ? t('drawer.linkSince', { time: times.dateAndTime(guards.since) }) : undefined}>
      {loss && (
        <div className="notice notice-lost">
          <p>{t('guards.lossBy', { by: actorName(loss.by.name, t), time: times.dateAndTime(loss.at), reason: loss.reason })}</p>
          {(loss.message ?? loss.phoneNumber) && <p className="hint">{t('guards.lossScreen', { text: [loss.message, loss.phoneNumber].filter(Boolean).join(' · ') })}</p>}
        </div>
      )}
      {guards.reasons.length > 0 && <ul className="events">{guards.reasons.map((reason) => <Reason key={`${reason.reason}${reason.since}`} of={reason} />)}</ul>}
      {guards.escalatesAt && <p className="hint">{t('guards.escalates', { time: times.clock(guards.escalatesAt) })}</p>}
      {pending && (
        <Waits text={t('guards.pending', { action: t(`guards.pendingAction.${pending.action}`), by: actorName(pending.by.name, t), reason: pending.reason, time: times.clock(pending.until) })} hint={pending.recoveryCall ? callText(pending.recoveryCall, t) : undefined}>
          {mayAct && <Button size="xs" onClick={() => onAct('agree')}>{t('act.agree.submit')}</Button>}
        </Waits>
      )}
      {reopened && (
        <Waits text={t('guards.reopened', { time: times.dateAndTime(reopened) })}>
          <Button size="xs" onClick={() => onAct('closeIncident')}>{t('act.closeIncident.submit')}</Button>
        </Waits>
      )}
      {wipe && (
        <Waits text={wipeText(wipe)}>
          {mayAct && !wipe.approvedAt && <Button size="xs" color="danger" onClick={() => onAct('approveWipe')}>{t('act.approveWipe.submit')}</Button>}
          {mayAct && <Button size="xs" variant="default" onClick={() => onAct('cancelWipe')}>{t('act.cancelWipe.submit')}</Button>}
        </Waits>
      )}
    </Part>
  );

  function wipeText(of: NonNullable<typeof wipe>) {
    const asked = t('guards.wipeAsked', { by: actorName(of.by.name, t), time: times.dateAndTime(of.requestedAt), reason: of.reason });
    if (!of.approvedBy) return `${asked} ${t('guards.wipeWaits', { time: of.until ? times.clock(of.until) : '' })}`;
    return `${asked} ${t('guards.wipeApproved', { by: actorName(of.approvedBy.name, t) })} ${of.until ? t('guards.wipeUndo', { time: times.clock(of.until) }) : t('guards.wipeTold')}`;
  }
}

function Waits({ text, hint, children }: { text: string; hint?: string | undefined; children: ReactNode }) {
  return <div className="notice"><p>{text}</p>{hint && <p className="hint">{hint}</p>}<div className="drawer-actions">{children}</div></div>;
}

/** What its silence is taken for, and on what evidence, as long as it is silent. */
export function SilencePart({ device }: { device: Device }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { silenceJudged: judged } = device;
  if (!judged) return null;
  return (
    <Part title={t('silenceJudged.title')} aside={t('drawer.linkSince', { time: times.dateAndTime(judged.since) })}>
      <p className="first-use">{t('silenceJudged.looksLike', { what: t(`silence.${judged.class}`, { defaultValue: judged.class }) })}</p>
      <p className="hint first-use">{t('silenceJudged.evidence', { evidence: inWordsOfViewer(judged.evidence), time: times.dateAndTime(judged.judgedAt) })}</p>
      {judged.patienceUntil && <p className="hint first-use">{t('silenceJudged.patience', { time: times.dateAndTime(judged.patienceUntil) })}</p>}
    </Part>
  );
}

function Reason({ of }: { of: Tamper }) {
  const { t } = useTranslation();
  const times = useTimes();
  const word = t(`tamper.${of.reason}`, { defaultValue: of.reason });
  return (
    <li className={of.cleared ? 'event event-over' : 'event'}>
      <span>{of.silence ? `${word}: ${t(`silence.${of.silence}`, { defaultValue: of.silence })}` : word}{of.slot !== null && ` (${t('guards.slot', { number: of.slot + 1 })})`}</span>
      <span className="hint">{times.dateAndTime(of.since)}{of.cleared && ` · ${t('guards.cleared')}`}{of.detail && ` · ${of.detail}`}</span>
    </li>
  );
}

/** The guards as the phone last told of them, beside what is wanted of it. */
export function GuardsPart({ device }: { device: Device }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { guards } = device;
  const { powerOff, pin, lock, policy, agent } = guards;
  const ours = agent.enrolment > 0;
  return (
    <Part title={t('guards.title')} aside={t(`protection.${guards.protection}`)}>
      <Facts of={[
        [t('guards.agent'), `${t(`agent.${agent.kind}`)}${agent.software ? ` · ${agent.software}` : ''}`],
        ours && [t('guards.powerOff'), powerOffText()],
        ours && [t('guards.pin'), pin.newWanted ? t(pin.handedOver ? 'guards.pinHandedOver' : 'guards.pinWanted') : pin.setAt ? t('guards.pinSet', { time: times.date(pin.setAt) }) : t('guards.pinNone')],
        obeys(guards) && (lock.wanted !== null || lock.reported !== null) && [t('guards.lock'), lockText()],
        ours && [t('guards.policy'), policy.confirmed === policy.wanted ? t('guards.policyConfirmed', { version: policy.wanted }) : t('guards.policyWanted', policy)],
        guards.nextContactBy !== null && !device.retired && [t('guards.nextContact'), times.dateAndTime(guards.nextContactBy)],
        guards.push && [t('guards.push'), t(!guards.push.served ? 'guards.pushNotServed' : guards.push.reaches ? 'guards.pushBy' : 'guards.pushLost', { service: serviceName(guards.push.service) })],
        guards.esim && [t('bearer.esim'), [t(`esim.${guards.esim.profile}`), guards.esim.operator].filter(Boolean).join(' · ')],
        guards.maintenance && [t('guards.maintenance'), windowText(guards.maintenance)],
        guards.acceptNextSim && [t('guards.acceptNextSim'), windowText(guards.acceptNextSim)],
      ]} />
      {agent.silentUntilUnlocked && <p className="hint">{t('guards.silentUntilUnlocked')}</p>}
      {guards.slots.length > 0 && (
        <>
          <h4 className="part-sub">{t('guards.sims')}</h4>
          <ul className="events">{guards.slots.map((slot) => <Slot key={slot.slot} of={slot} />)}</ul>
        </>
      )}
      {guards.recoveryCodes.length > 0 && (
        <>
          <h4 className="part-sub">{t('recovery.given')}</h4>
          <ul className="events">
            {guards.recoveryCodes.map((given) => (
              <li key={given.at} className="event event-over">
                <span>{callText(given.call, t)}</span>
                <span className="hint">{[times.dateAndTime(given.at), actorName(given.by.name, t), given.agreedBy && t('recovery.agreedBy', { by: actorName(given.agreedBy.name, t) }), given.reason].filter(Boolean).join(' · ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <details className="can">
        <summary>{t('guards.can')}</summary>
        <ul>
          {guards.capabilities.map(({ name, given, words }) => (
            <li key={name} className={`can-${given}`}>
              {given === 'yes' ? <CheckIcon size={14} /> : given === 'partly' ? <MinusIcon size={14} /> : <CloseIcon size={14} />}
              <span>{t(`can.${name}.${given}`, { defaultValue: words })}</span>
            </li>
          ))}
        </ul>
      </details>
    </Part>
  );

  function powerOffText() {
    const stage = t(`powerOffStage.${powerOff.stage}`, { time: powerOff.until ? times.clock(powerOff.until) : '' });
    return powerOff.failures > 0 ? `${stage} · ${t('guards.wrongPins', { count: powerOff.failures })}` : stage;
  }

  function lockText() {
    const { wanted, reported } = lock;
    const told = reported === null ? t('common.unknown') : t(reported ? 'guards.locked' : 'guards.unlocked');
    if (wanted === null || wanted === reported) return told;
    return t(wanted ? 'guards.lockWanted' : 'guards.unlockWanted');
  }

  function windowText(window: Window) {
    return t('guards.until', { time: times.dateAndTime(window.until), by: actorName(window.by.name, t) });
  }
}

function Slot({ of }: { of: SimSlot }) {
  const { t } = useTranslation();
  const times = useTimes();
  const known = [of.operator ?? of.network, of.iccid && `…${of.iccid.slice(-6)}`, !of.exact && t('guards.fingerprint')].filter(Boolean).join(' · ');
  return (
    <li className={['matched', 'unbound'].includes(of.guard) ? 'event event-over' : 'event'}>
      <span>{t('guards.slot', { number: of.slot + 1 })}: {t(`simGuard.${of.guard}`)}{of.wrongPins > 0 && ` · ${t('guards.wrongPins', { count: of.wrongPins })}`}</span>
      <span className="hint">{[known, t('drawer.linkSince', { time: times.dateAndTime(of.since) })].filter(Boolean).join(' · ')}</span>
    </li>
  );
}

/** What the phone was told, how far it has got, and why not further. `onWithdraw` is null for whoever may not. */
export function CommandsPart({ device, onWithdraw }: { device: Device; onWithdraw: ((command: Command) => void) | null }) {
  const { t } = useTranslation();
  const commands = commandsToShow(device.guards.commands);
  if (commands.length === 0) return null;
  return (
    <Part title={t('command.title')}>
      <ul className="events">{commands.map((command) => <CommandRow key={command.id} of={command} guards={device.guards} onWithdraw={onWithdraw} />)}</ul>
    </Part>
  );
}

function CommandRow({ of, guards, onWithdraw }: { of: Command; guards: Guards; onWithdraw: ((command: Command) => void) | null }) {
  const { nextContactBy } = guards;
  const { t } = useTranslation();
  const times = useTimes();
  const why = of.waitsFor && t(of.waitsFor === 'contact' && !nextContactBy ? 'command.waits.firstContact' : `command.waits.${of.waitsFor}`, {
    expected: times.clock(nextContactBy ?? of.at), sent: times.clock(of.sentAt ?? of.at), acknowledged: times.clock(of.acknowledgedAt ?? of.at),
  });
  return (
    <li className={of.waitsFor ? 'event' : 'event event-over'}>
      <span className="event-line">
        {t(`command.kind.${of.kind}`, { defaultValue: of.kind })}: {t(`command.state.${of.state}`)}{of.code && ` (${t(`command.code.${of.code}`, { defaultValue: of.code })})`}
        {onWithdraw && mayWithdraw(of, guards) && <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onWithdraw(of)}>{t('command.withdraw')}</Button>}
      </span>
      {why && <span>{why}</span>}
      {of.state === 'queued' && of.wakeFailure && <span>{t(`command.wakeFailure.${of.wakeFailure}`, { defaultValue: of.wakeFailure })}</span>}
      {of.state === 'queued' && of.wokenAt && !of.wakeFailure && <span>{t('command.woken', { time: times.clock(of.wokenAt) })}</span>}
      <span className="hint">{times.dateAndTime(of.doneAt ?? of.at)} · {actorName(of.by.name, t)}{of.reason && ` · ${of.reason}`}{of.text && ` · “${of.text}”`}</span>
    </li>
  );
}

type Words = (key: string, options?: Record<string, unknown>) => string;

/** What a code is for, and how the caller was known. */
const callText = ({ purpose, callerCheck, calledNumber }: RecoveryCall, t: Words) =>
  `${t(`recovery.purposeOf.${purpose}`)} · ${t(`recovery.checkOf.${callerCheck}`)}${calledNumber ? ` (${calledNumber})` : ''}`;

/** Push services by the names that people know; a vendor's as its phones say it. */
const serviceName = (service: string) => ({ fcm: 'Firebase', apns: 'Apple' })[service] ?? service;

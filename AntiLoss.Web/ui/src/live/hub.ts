import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import type { Hub } from './live';

/** The real hub. The address is whole: SignalR's client takes a relative one in a browser only. */
export function fleetHub(origin: string): Hub {
  const connection = new HubConnectionBuilder()
    .withUrl(`${origin}/hubs/fleet`, { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
    .withHubProtocol(new MessagePackHubProtocol())
    .configureLogging(LogLevel.None)
    .build();
  return {
    start: () => connection.start(),
    stop: () => connection.stop(),
    invoke: (method, ...args) => connection.invoke(method, ...args),
    on: (method, handler) => connection.on(method, handler),
    onclose: (handler) => connection.onclose(() => handler()),
  };
}

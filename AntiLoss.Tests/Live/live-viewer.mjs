// Follows the live feed with the documented client and prints every phone it learns of, one JSON line a change.
// node live-viewer.mjs <folder with node_modules> <client module> <hub address> <API key> <json|messagepack>
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, module, address, key, protocol] = process.argv.slice(2)
const require = createRequire(pathToFileURL(folder + '/package.json'))
const { HubConnectionBuilder, HttpTransportType, LogLevel } = require('@microsoft/signalr')
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack')
const { LiveClient } = await import(pathToFileURL(module))

const builder = new HubConnectionBuilder()
  .withUrl(address, { headers: { Authorization: `Bearer ${key}` }, transport: HttpTransportType.WebSockets })
  .configureLogging(LogLevel.Error)
if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol())
const connection = builder.build()
const client = new LiveClient(connection, {
  onFrame: (frame, fleet) => console.log(JSON.stringify({ number: frame.number, counts: fleet.counts, phones: [...fleet.phones.values()] })),
})
await connection.start()
await client.watch({ viewport: { west: 9, south: 47, east: 10, north: 48, zoom: 9 } })

// What the server says against something, in the viewer's language. Its sentences are English, for programs too; {} is
// what one of them quotes, and a quoted word of the server's own has an entry as well.

const chinese: Record<string, string> = {
  // A field.
  'is missing': '必填',
  'cannot be read: it is not of the expected kind': '无法读取：类型不符',
  'has {} characters; at most {} are allowed': '有 {0} 个字符，最多 {1} 个',
  'must have at least {} characters': '至少 {0} 个字符',
  'holds a control character': '含有控制字符',
  'has {} tags; at most {} are allowed': '有 {0} 个标签，最多 {1} 个',
  'is no e-mail address': '不是邮箱地址',
  'is no IMEI: 15 digits, the last of which is a check digit': '不是 IMEI：应为 15 位数字，末位是校验位',
  'is no ICCID: 18 to 20 characters, as printed on the SIM': '不是 ICCID：应为 18 至 20 个字符，印在 SIM 卡上',
  'is no time of day such as 08:00': '不是时刻，应如 08:00',
  'is none of {}': '应为以下之一：{0}',
  'must lie between the years 1970 and 2100': '应在 1970 年至 2100 年之间',
  'lies before since': '早于起始时间',
  '\'{}\' is no time; ISO 8601 like 2026-11-25T08:00:00Z is expected': '“{0}”不是时间，应为 ISO 8601，如 2026-11-25T08:00:00Z',
  '\'{}\' is no time zone; an IANA name like Europe/Vienna is expected': '“{0}”不是时区，应为 IANA 名称，如 Asia/Shanghai',
  'is no fleet of yours': '没有此分组',
  'is nobody of yours': '没有此人',
  'fits several people: give the e-mail address or the number': '有多人符合：请给出邮箱或编号',
  'another account has this address': '已有账户使用此邮箱',
  'another fleet has this name': '已有同名分组',
  'there are {} accounts already': '账户已达 {0} 个',
  'there are {} API keys already': 'API 密钥已达 {0} 个',
  'there are {} fleets already': '分组已达 {0} 个',
  'there are {} people already': '人员已达 {0} 名',
  'is not the password of this account': '不是此账户的密码',
  'is no sender': '不是发送者',
  'expected 1 to {} IMEIs or serial numbers': '应为 1 至 {0} 个 IMEI 或序列号',
  'expected 1 to {}': '应为 1 至 {0}',
  'expected a moment within a year from now': '应为一年之内的时间',
  'there are {} tokens already: revoke one': '令牌已达 {0} 个：请撤销一个',
  'the list would have more than {}': '清单将超过 {0} 项',
  'expected the {} digits on the phone\'s screen': '应为手机屏幕上的 {0} 位数字',
  'You have been shown {} recovery codes within the hour.': '一小时内您已获得 {0} 个恢复码。',
  'this takes a person who is signed in': '须由已登录的人操作',
  'no agent that knows recovery codes is on this phone': '此手机上没有支持恢复码的代理',
  // A row of a file.
  'there is no such column': '没有此列',
  'a file may have {} rows': '一个文件最多 {0} 行',
  'cannot be read: a quotation mark stands where none may': '无法读取：引号位置不对',
  'is not UTF-8: save the file as CSV UTF-8': '不是 UTF-8：请将文件另存为 CSV UTF-8',
  'was not made: the server could not write; import this row again': '未添加：服务器无法写入，请重新导入此行',
  // The request.
  'Nobody is signed in.': '尚未登录。',
  'This is for the installation\'s owner.': '仅限安装的所有者。',
  'The request comes from another site\'s page.': '请求来自其他网站的页面。',
  'There is no such address.': '没有此地址。',
  'There is no account with this address and password.': '邮箱或密码不正确。',
  'Too many tries. Wait {} s.': '尝试次数过多。请等 {0} 秒。',
  'This installation has an owner already.': '此安装已有所有者。',
  'The link was used.': '此链接已使用。',
  'The link was used, is too old, or is not of this server.': '此链接已使用、已过期，或不属于此服务器。',
  'The link was used, is over an hour old, or is not of this server. Start the server again to get another.': '此链接已使用、超过一小时，或不属于此服务器。重启服务器可获得新链接。',
  'No account has the address {} that the link was made for.': '没有邮箱为 {0} 的账户，而链接是为它生成的。',
  'Your own account another one removes.': '您自己的账户须由他人删除。',
  'Your own password you change with the old one.': '您自己的密码须用旧密码更改。',
  'The installation\'s owner and an organization\'s last account stay.': '安装的所有者和组织的最后一个账户不能删除。',
  'An organization has at least one fleet.': '组织至少要有一个分组。',
  'There are phones in this fleet: move them first.': '此分组中还有手机：请先移走。',
  'People belong to this fleet: move them first.': '此分组中还有人员：请先移走。',
  'This person has a phone: take it back first.': '此人持有手机：请先收回。',
  'Somebody else has changed the policy since you read it: read it again.': '您读取之后策略已被他人更改：请重新读取。',
  'The phone is retired.': '此手机已停用。',
  'The server cannot write now. Try again.': '服务器目前无法写入。请重试。',
  'The server cannot read or write now. Try again.': '服务器目前无法读写。请重试。',
  'Something went wrong in the server; its log says what.': '服务器出错，详情见其日志。',
  // What guards a phone.
  'the phone is {}': '手机处于“{0}”状态',
  'the phone has acknowledged the wipe': '手机已确认擦除',
  'maintenance is not possible while the phone is {}': '手机处于“{0}”状态时不能维护',
  '{} is not possible while the phone is {}': '手机处于“{1}”状态时不能执行“{0}”',
  '{} is not asked for by itself': '“{0}”不能单独发出',
  'the software on this phone can\'t obey {}': '此手机上的软件无法执行“{0}”',
  '{} of a lost phone ends by the wipe\'s cancelling or by found': '丢失手机的“{0}”只会因取消擦除或找回而结束',
  'a maintenance window lasts at most {} hours': '维护时段最长 {0} 小时',
  'the window for the next SIM ends in the future and within {} hours': '下一张 SIM 的时段须在 {0} 小时内结束，且晚于现在',
  'iccid: this is not an ICCID': '不是 ICCID',
  'iccid: no such SIM is bound to this phone': '此手机没有绑定这张 SIM',
  'this takes two people who are signed in, and a program is neither of them': '此操作需要两名已登录的人员，程序不算',
  'Wipe is off: it takes two people, and nobody else\'s account is older than 24 hours and was neither made nor reset by you.': '无法擦除：需要两个人，而除您之外没有满 24 小时、且不由您创建或重置的账户。',
  'a lost phone is enrolled again only by two operators': '丢失的手机须由两名操作员才能重新登记',
  'a wipe is approved already': '擦除已获批准',
  'no wipe is wanted': '没有待执行的擦除',
  'this wipe does not wait for approval: it was cancelled, approved or lapsed': '此擦除不在等待批准：已取消、已批准或已失效',
  'this action does not wait for a second person: it was done, replaced or lapsed': '此操作不在等待第二人：已完成、已替换或已失效',
  'this command is not waiting any more': '此命令已不在等待',
  Disarmed: '未防护', Armed: '防护中', Suspected: '可疑', Lost: '丢失', Wiped: '已擦除', Retired: '已停用',
  Locate: '定位', Ring: '响铃', Message: '消息', Lock: '锁定', Unlock: '解锁', Wipe: '擦除',
  armed: '开启防护', disarmed: '关闭防护', 'suspicion-dismissed': '解除可疑', 'loss-declared': '声明丢失', 'found-declared': '声明找回', 'wipe-requested': '擦除',
  // A dead letter.
  '{} cannot be read': '{0} 无法读取',
  'longer than a message may be': '超过消息的最大长度',
  'no JSON': '不是 JSON',
  'neither an object nor an array': '既不是对象也不是数组',
  'too many messages in one array': '一个数组中的消息过多',
  'too many reports in one array': '一个数组中的上报过多',
  'too many parameters': '参数过多',
  'encrypted, without data': '已加密，但没有数据',
  'encrypted, and not with this phone\'s secret': '已加密，但用的不是此手机的密钥',
  'encrypted, and its data is no base64 of a sealed message': '已加密，但数据不是密封消息的 base64',
};

const patterns = Object.entries(chinese).filter(([said]) => said.includes('{}')).map(([said, as]) => ({
  pattern: new RegExp(`^${said.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{}', '(.+)')}$`), as,
}));

/** A sentence of the server in Chinese; as it is if none is known. */
export function inChinese(said: string): string {
  const whole = chinese[said];
  if (whole !== undefined) return whole;
  for (const { pattern, as } of patterns) {
    const quoted = pattern.exec(said);
    if (quoted) return as.replace(/\{(\d)\}/g, (_, at: string) => inChinese(quoted[Number(at) + 1] ?? ''));
  }
  return said;
}

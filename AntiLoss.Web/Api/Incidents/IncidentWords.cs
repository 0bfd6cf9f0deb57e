namespace AntiLoss.Web.Api.Incidents;

/// <summary>The words of an incident's printed summary in one language.</summary>
internal sealed record IncidentWords(
    string Language, string Title, string Organization, string Phone, string Identity, string HadBy, string Nobody, string Opened, string Closed, string StillOpen,
    string By, string Reason, string Outcome, string Seen, string Positions, string Commands, string Sims, string Timeline, string Time, string What, string Who,
    string Detail, string Alert, string Entry, string Note, string Made, string Verify)
{
    public static readonly IncidentWords English = new(
        "en", "Incident of a lost phone", "Organization", "Phone", "IMEI", "Who had it", "nobody", "Lost since", "Ended", "not ended",
        "by", "Reason", "Outcome", "First looked at", "Positions in positions.gpx", "What the phone was told", "SIM slots as last known", "What happened", "Time", "What", "Who",
        "Detail", "Alert", "Entry", "Note", "Made on",
        "This page is one of the files of a signed archive. Whoever has the archive can verify that none of them was changed: signature.json names each with its SHA-256.");

    public static readonly IncidentWords Chinese = new(
        "zh", "手机丢失事件", "组织", "手机", "IMEI", "使用人", "无", "丢失时间", "结束时间", "尚未结束",
        "操作人", "原因", "结果", "首次查看", "位置数量（positions.gpx）", "发给手机的指令", "最近已知的 SIM 卡槽", "经过", "时间", "事项", "操作人",
        "详情", "告警", "记录", "备注", "制作时间",
        "本页是已签名压缩包中的一个文件。持有压缩包的人可以验证其中的文件均未改动：signature.json 列出了每个文件的 SHA-256。");
}

import Crypto
import JSON

@testable import Export

/// Records as docs/reference/ledger.md has them, written by hand.
enum Records {
  static let origin = ExportOrigin(
    ledger: "0123456789abcdef0123456789abcdef", version: "1.2.3", host: "gate-1")

  static func record(_ json: String, sequence: UInt64 = 7) throws -> ExportedRecord {
    try ExportedRecord(sequence: sequence, json: Array(json.utf8))
  }

  static let allow = #"""
    {"arguments":{"bytes":29,"digest":"aa","kept":"full","preview":"{\"title\":\"string(5)\"}"},"call":"ce5f9fd16d2573930000000000000001","claims":{"model":"opus","run":"r-1","skill":{"digest":"dd","name":"triage","version":"2"}},"client":{"name":"claude-code","version":"2.1.0"},"decision":"allow","duration_us":1234,"effect":"write","entities_version":"e1","environment":"production","era":"stateless","kind":"decision","method":"tools/call","policies":["writers","night"],"policy_version":"p1","principal":{"agent":"claude","credential":"0011223344556677","human":"alice","roles":["developer","on-call"],"tenant":"acme"},"server":"github","session":"s-1","time":1795227098803977,"tool":"create_issue","tool_digest":"td","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","transport":"http"}
    """#
  static let deny = #"""
    {"call":"c2","client":{"name":"cursor"},"decision":"deny","duration_us":50,"effect":"destructive","kind":"decision","method":"tools/call","policies":["no-delete"],"policy_version":"p1","principal":{"agent":"cursor"},"reason":"forbidden by no-delete","server":"github","time":1795227098803978,"tool":"delete_repo"}
    """#
  static let ask = #"""
    {"call":"c3","decision":"ask","effect":"read","kind":"decision","method":"tools/call","policies":["approve"],"principal":{"agent":"claude","human":"alice"},"remedies":["approval","step-up"],"server":"s","time":1795227098803979,"tool":"t"}
    """#
  static let list = #"""
    {"call":"c4","decision":"allow","hidden":["a__b"],"hidden_count":1,"kind":"decision","method":"tools/list","principal":{"agent":"claude"},"shown":3,"time":1795227098803980}
    """#
  static let ok = #"""
    {"call":"c1","duration_us":250999,"kind":"outcome","result":{"bytes":12,"digest":"ab","kept":"full"},"server":"github","status":"ok","time":1795227098900000,"tool":"create_issue","upstream_us":200000}
    """#
  static let failed = #"""
    {"call":"c1","error":"the server ended","kind":"outcome","server":"github","status":"upstream_error","time":1795227098900001,"tool":"create_issue"}
    """#
  static let refused = #"""
    {"code":401,"kind":"refused","peer":"203.0.113.9:41234","reason":"no such token","refusal":"authentication","time":1795227098900002,"transport":"http"}
    """#
  static let malformed = #"""
    {"code":-32602,"kind":"refused","method":"tools/call","peer":"uid 1000 pid 4242","principal":{"agent":"claude"},"reason":"unknown tool","refusal":"unknown_tool","time":1795227098900003,"tool":"nobody__tool"}
    """#
  static let approved = #"""
    {"approval":"ap-1","approver":"bob","arguments_digest":"ad","call":"c3","event":"approved","expires":1795227199000000,"kind":"approval","policy_version":"p1","principal":{"agent":"claude","human":"alice"},"reason":"fine","server":"github","time":1795227098900004,"tool":"create_issue","tool_digest":"td","waited_us":42000000}
    """#
  static let quarantined = #"""
    {"after":"d2","before":"d1","event":"quarantined","kind":"pin","reason":"the description changed","server":"github","time":1795227098900005,"tool":"create_issue"}
    """#
  static let changed = #"""
    {"actor":{"user":"root","via":"signal"},"after":"v2","before":"v1","event":"applied","kind":"change","of":"policies","time":1795227098900006}
    """#
  static let started = #"""
    {"configuration_version":"cv","event":"started","kind":"lifecycle","policy_version":"p1","time":1795227098900007,"version":"1.2.3"}
    """#
  static let upstreamState = #"""
    {"event":"upstream_state","kind":"lifecycle","reason":"exited","server":"github","state":"failed","time":1795227098900008}
    """#
  static let keyRotated = #"""
    {"actor":{"user":"root","via":"command"},"event":"rotated","key":"sallyport+0a+AAAA","kind":"key","previous":"sallyport+0b+BBBB","time":1795227098900009}
    """#
  static let exported = #"""
    {"actor":{"user":"alice","via":"command"},"destination":"siem","first":0,"format":"ocsf","kind":"export","last":99,"time":1795227098900010}
    """#
  static let erased = #"""
    {"actor":{"user":"alice","via":"command"},"kind":"erasure","reason":"asked","records":[1,2],"roles":["arguments"],"time":1795227098900011}
    """#
  static let retention = #"""
    {"actor":{"via":"schedule"},"bytes":4096,"first":0,"kind":"retention","last":10,"of":"payloads","rule":"payloads older than 90d","time":1795227098900012}
    """#
  static let policies = #"""
    {"file":"a.cedar","kind":"policies","part":0,"parts":1,"text":"permit (principal, action, resource);\n","time":1795227098900013,"version":"p1"}
    """#
  static let entities = #"""
    {"entities":[{"attrs":{},"parents":[],"uid":{"id":"s","type":"Sallyport::Server"}}],"kind":"entities","part":0,"parts":1,"time":1795227098900014,"version":"e1"}
    """#
  static let agents = #"""
    {"agents":[{"agent":"claude"}],"kind":"agents","part":0,"parts":1,"time":1795227098900015,"version":"a1"}
    """#
  /// Texts that someone chose to do harm, in the places where others' texts can stand.
  static let hostile = #"""
    {"call":"c9","client":{"name":"=HYPERLINK(\"http://x\";\"y\")","version":"+1"},"decision":"deny","effect":"read","kind":"decision","method":"tools/call","policies":["@sum"],"principal":{"agent":"-2+3","human":" \t=1+1","roles":["a\"b\\c]d","ünï😀"]},"reason":"line one\nline, two\r\n\u0000\u001b[31m\"red\"\u007f \u2028","server":"srv","time":1795227098803977,"tool":"'quoted"}
    """#
  /// Of a kind that this program does not know, without anything else.
  static let strange = #"{"kind":"tomorrow","time":-5,"what":{"a":[1,null]}}"#
  static let empty = "{}"

  static let all = [
    allow, deny, ask, list, ok, failed, refused, malformed, approved, quarantined, changed, started,
    upstreamState, keyRotated, exported, erased, retention, policies, entities, agents, hostile,
    strange, empty,
  ]
}

extension JSONNode {
  /// The value at names and indices below.
  func at(_ path: String...) -> JSONNode? {
    var node: JSONNode? = self
    for step in path {
      node = Int(step).map { node?[element: $0] } ?? node?[member: step]
    }
    return node
  }
}

extension RecordEncoding {
  static func text(_ format: ExportFormat, _ json: String, sequence: UInt64 = 7) throws -> String {
    let record = try Records.record(json, sequence: sequence)
    return String(decoding: format.encode(record, of: Records.origin), as: UTF8.self)
  }

  static func json(
    _ format: ExportFormat, _ json: String, sequence: UInt64 = 7
  ) throws -> JSONNode {
    try JSONDocument(parsing: Array(try text(format, json, sequence: sequence).utf8)).root
  }
}

/// A record in a format, as tests look at it.
enum RecordEncoding {}

import Crypto
import Testing

@testable import Export

@Suite struct CSVTests {
  /// Reads one line of RFC 4180, without the end of the line.
  static func cells(_ line: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"" where isQuoted && rest.first == "\"":
        cell.unicodeScalars.append(scalar)
        rest.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        cells.append(cell)
        cell = ""
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return cells + [cell]
  }

  static func row(_ json: String) throws -> [String: String] {
    let titles = cells(String(decoding: CSV.header, as: UTF8.self))
    let values = cells(try RecordEncoding.text(.csv, json))
    #expect(titles.count == values.count)
    return Dictionary(uniqueKeysWithValues: zip(titles, values))
  }

  @Test func `the header names the columns`() {
    #expect(
      String(decoding: CSV.header, as: UTF8.self)
        == "seq,time,kind,decision,status,refusal,event,of,agent,human,roles,tenant,credential,"
        + "client,client_version,transport,session,peer,call,parent,method,server,tool,effect,"
        + "tool_digest,policies,remedies,reason,error,code,duration_us,upstream_us,policy_version,"
        + "entities_version,approval,approver,before,after,user,via,run,model,skill,skill_version,"
        + "traceparent,leaf_hash")
  }

  @Test func `a row of a decision`() throws {
    let record = try Records.record(Records.allow)
    #expect(
      try RecordEncoding.text(.csv, Records.allow)
        == "7,2026-11-21T02:11:38.803977Z,decision,allow,,,,,claude,alice,\"developer;on-call\","
        + "acme,0011223344556677,claude-code,2.1.0,http,s-1,,ce5f9fd16d2573930000000000000001,,"
        + "tools/call,github,create_issue,write,td,\"writers;night\",,,,,1234,,p1,e1,,,,,,,r-1,"
        + "opus,triage,2,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,"
        + record.leafHash.hex)
  }

  @Test func `numbers stay numbers`() throws {
    #expect(try Self.row(Records.malformed)["code"] == "-32602")
    #expect(try Self.row(#"{"code":"-1+1"}"#)["code"] == "'-1+1")
  }

  @Test(
    arguments: [
      ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"),
      ("\r=1", "'\r=1"), ("  =1", "'  =1"), ("\u{A0}=1", "'\u{A0}=1"), ("\u{FF1D}1", "'\u{FF1D}1"),
      ("\u{200B}=1", "'\u{200B}=1"), ("\u{FEFF}=1", "'\u{FEFF}=1"), ("\u{1}=1", "'\u{2401}=1"),
      ("'a", "''a"), ("a=1", "a=1"), ("2-1", "2-1"), ("", ""), ("ünï😀", "ünï😀"),
      ("a\0b\u{7F}", "a\u{2400}b\u{2421}"), ("say \"hi\", you", "say \"hi\", you"),
      ("one\ntwo", "one\ntwo"),
    ])
  func `a cell can be no formula`(text: String, shown: String) {
    #expect(Self.cells(CSV.text(text)) == [shown])
  }

  @Test func `no cell of any record starts a formula`() throws {
    for json in Records.all {
      for (title, cell) in try Self.row(json) where title != "code" {
        let first = cell.unicodeScalars.first { !$0.properties.isWhitespace }
        #expect(!"=+-@".unicodeScalars.contains(first ?? "x"), "\(title): \(cell)")
      }
    }
    let row = try Self.row(Records.hostile)
    #expect(row["reason"] == "line one\nline, two\r\n\u{2400}\u{241B}[31m\"red\"\u{2421} \u{2028}")
    #expect(row["roles"] == #"a"b\c]d;ünï😀"#)
    #expect(row["tool"] == "''quoted")
    #expect(row["human"] == "' \t=1+1")
  }
}

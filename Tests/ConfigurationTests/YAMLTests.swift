import TestSupport
import Testing

@testable import Configuration

@Suite("YAML")
struct YAMLTests {
  @Test(arguments: [
    ("listen: &a 127.0.0.1:1", "anchors (`&name`) are not supported"),
    ("a: *b", "aliases (`*name`) are not supported"),
    ("listen: !!str 127.0.0.1:1", "tags (`!name`) are not supported"),
    ("listen: ! x", "tags (`!name`) are not supported"),
    ("{}\n---\n{}", "a second document starts here"),
    ("{}\n...\n{", "not valid YAML: did not find expected <document start>"),
    ("? [a]\n: b", "a list or mapping stands where a key should"),
    ("loops: 1\nloops: 2", "duplicate key `loops`, first used in line 1"),
    ("a: [", "not valid YAML: did not find expected node content"),
    ("a:\n\t- b", "not valid YAML: found character that cannot start any token"),
  ])
  func `what a configuration does not need is refused`(text: String, message: String) {
    #expect(errors(text).map(\.message).contains(message), "\(errors(text))")
  }

  @Test func `the bounds hold`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(errors(deep).first?.message == "nested deeper than 32 levels")
    let many = "[" + String(repeating: "1,", count: ConfigurationBounds.nodes + 1) + "]"
    #expect(errors(many).first?.message == "the file has too many values")
    let large = String(repeating: "#", count: ConfigurationBounds.fileBytes + 1)
    #expect(errors(large).first?.message == "the file has 1048577 bytes")
    let keys = (0...20_000).map { "k: \($0)\n" }.joined()
    #expect(errors(keys).count == ConfigurationBounds.problems)
  }

  @Test func `bytes that are not UTF-8 are an error`() {
    for bytes in [[0xff, 0xfe, 0x61, 0x00], [0x61, 0x3a, 0x20, 0xc3, 0x28], [0x00]] as [[UInt8]] {
      #expect(throws: ConfigurationErrors.self) {
        try Configuration.read(ConfigurationInput(path: "x", text: bytes))
      }
    }
  }

  @Test func `any cut or changed byte of a file is read or refused, never a crash`() {
    let text = Array(StarterConfiguration.configuration.utf8)
    var generator = SeededGenerator(seed: 20_261_121)
    for _ in 0..<400 {
      var changed = Array(text[..<Int.random(in: 0...text.count, using: &generator)])
      for _ in 0..<3 where !changed.isEmpty {
        let place = Int.random(in: 0..<changed.count, using: &generator)
        changed[place] = UInt8.random(in: 0...255, using: &generator)
      }
      if let loaded = try? Configuration.read(ConfigurationInput(path: "x", text: changed)) {
        #expect(loaded.configuration.file == "x")
      }
    }
  }

  @Test(
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("nUll", .string), ("true", .bool(true)),
      ("False", .bool(false)), ("yes", .string), ("on", .string), ("12", .integer(12)),
      ("-7", .integer(-7)), ("+3", .integer(3)), ("0777", .integer(777)), ("0o17", .integer(15)),
      ("0o8", .string), ("0xfF", .integer(255)), ("0x", .string), ("1_000", .string),
      ("190:20:30", .string), ("1.5", .float), ("1.", .float), (".5", .float), ("1e3", .float),
      ("1e", .string), (".", .string), ("-", .string), ("-.inf", .float), (".nan", .float),
      ("1.2.3", .string), ("99999999999999999999", .integer(nil)), ("12a", .string),
    ] as [(String, YAMLScalar.Kind)])
  func `plain scalars follow the core schema`(text: String, kind: YAMLScalar.Kind) {
    #expect(YAMLScalar(plain: text).kind == kind)
    #expect(YAMLScalar(quoted: text).kind == .string)
  }

  @Test(arguments: [
    ("listn", "listen"), ("mcp_servers", "mcpServers"), ("MCPSERVERS", "mcpServers"),
    ("agnets", "agents"), ("polices", "policies"), ("x", nil), ("", nil),
    ("completely-different", nil),
  ])
  func `a misspelt name finds the one that was meant`(name: String, meant: String?) {
    let known = ["listen", "mcpServers", "agents", "policies", "data", "log"]
    #expect(SpellingSuggestion.closest(to: name, among: known) == meant)
  }

  @Test func `a message shows foreign text short and without control characters`() {
    #expect(quoted("a\u{1b}[31m\u{202e}b") == "`a\\u{1b}[31m\\u{202e}b`")
    #expect(quoted(String(repeating: "x", count: 1000)).count == 63)
  }

  @Test(arguments: [
    ("500ms", 500), ("30s", 30_000), ("2m", 120_000), ("1h", 3_600_000), ("1 s", 1000),
    ("1.5s", nil), ("s", nil), ("-1s", nil), ("1S", nil), ("9223372036854775807h", nil),
    ("٣s", nil),
  ])
  func `durations have a whole number and a unit`(text: String, milliseconds: Int?) {
    #expect(Quantity.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    ("10MB", 10_000_000), ("64KiB", 65536), ("1kB", 1000), ("512", 512), ("2GiB", 2 << 30),
    ("1mb", nil), ("MB", nil),
  ])
  func `sizes have a whole number and a unit`(text: String, bytes: Int?) {
    #expect(Quantity.bytes(text) == bytes)
  }
}

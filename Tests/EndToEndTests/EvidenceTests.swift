import CLinux
import Glibc
import JSON
import Testing

/// The ledger as evidence, through the program.
@Suite(.ownThreads)
struct EvidenceTests {
  private func start(_ settings: String = "") throws -> Gateway {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()], settings: settings)
    for number in 0..<5 { _ = try gateway.client.call("up__echo", "{\"n\":\(number)}") }
    return gateway
  }

  private func text(of file: String, _ scratch: Scratch) throws -> String {
    String(decoding: try readFile(scratch.file(file)), as: UTF8.self)
  }

  /// A command that needs no configuration.
  private func check(_ gateway: Gateway, _ words: String...) throws -> Process.Finished {
    try Process.run(
      try Programs.sallyport, words, environment: Gateway.environment,
      directory: gateway.scratch.path)
  }

  private func verify(_ gateway: Gateway, _ words: String...) throws -> (code: Int32, JSONNode) {
    let done = try gateway.command(words: ["audit", "verify", "--json"] + words)
    let report = try JSONDocument(parsing: Array(done.output.utf8)).root
    return (done.code, report)
  }

  @Test("A running gateway's ledger verifies, and one changed byte of it does not")
  func verifies() throws {
    let gateway = try start()
    #expect(try gateway.command("audit", "checkpoint").output.hasPrefix("sallyport.local/"))
    let (code, report) = try verify(gateway)
    #expect(code == 0 && report[member: "sound"]?.bool == true, "\(report)")
    #expect(try #require(report[member: "signed"]?.int64) >= 10)
    #expect(report[member: "payloads"]?.int64 == 5)
    let key = try gateway.command("audit", "key", "show").output
    try gateway.scratch.write(key, to: "auditor.pub")
    try gateway.scratch.write(
      try gateway.command("audit", "checkpoint").output, to: "auditor.checkpoint")
    try gateway.kill()
    let segment = gateway.scratch.file("data/ledger/00000000000000000000.seg")
    let descriptor = open(segment, O_RDWR)
    try #require(descriptor >= 0)
    var byte: UInt8 = 0
    #expect(pread(descriptor, &byte, 1, 400) == 1)
    byte ^= 1
    #expect(pwrite(descriptor, &byte, 1, 400) == 1)
    close(descriptor)
    let (after, wrong) = try verify(
      gateway, "--key", gateway.scratch.file("auditor.pub"), "--since",
      gateway.scratch.file("auditor.checkpoint"))
    #expect(after == 1 && wrong[member: "sound"]?.bool == false)
    #expect(try #require(wrong[member: "problemCount"]?.int64) > 0)
  }

  @Test("A record is proved with its payloads, also by the key that was kept elsewhere")
  func proves() throws {
    let gateway = try start()
    _ = try gateway.command("audit", "checkpoint")
    let decision = try #require(
      try gateway.ledger("--kind", "decision").first { $0.has("method", "tools/call") })
    let sequence = try #require(decision[member: "seq"]?.int64)
    let pack = gateway.scratch.file("p.json")
    #expect(
      try gateway.command("audit", "prove", "\(sequence)", "--payloads", "-o", pack).code == 0)
    let key = try gateway.command("audit", "key", "show").output
    let checked = try check(gateway, "audit", "verify-pack", pack, "--key", String(key.dropLast()))
    #expect(checked.code == 0 && checked.output.contains("with 1 payloads"), "\(checked)")
    let text = try text(of: "p.json", gateway.scratch)
    #expect(text.contains(#"{\"n\":0}"#))
    try gateway.scratch.write(
      text.split(separator: #"{\"n\":0}"#).joined(separator: #"{\"n\":1}"#), to: "q.json")
    let forged = try check(gateway, "audit", "verify-pack", gateway.scratch.file("q.json"))
    #expect(forged.code == 1 && forged.errors.contains("arguments"), "\(forged)")
  }

  @Test("What was said for a person is erased, through the gateway and without it")
  func erases() throws {
    let gateway = try start()
    _ = try gateway.secondClient.call("up__echo", #"{"mine":true}"#)
    let asked = try gateway.command("audit", "erase", "--human", "alice", "--reason", "r17")
    #expect(asked.output.contains("would be erased"))
    #expect(
      try gateway.command("audit", "erase", "--human", "alice", "--reason", "r17", "--yes").output
        .contains("erased"))
    let lines = try gateway.command("audit", "list", "--json", "--payloads").output
    #expect(!lines.contains(#"{"n":0}"#) && lines.contains(#"{"mine":true}"#))
    #expect(try gateway.ledger("--kind", "erasure").last?.has("reason", "r17") == true)
    let (code, report) = try verify(gateway)
    #expect(code == 0 && report[member: "erased"]?.int64 ?? 0 >= 5, "\(report)")
    #expect(try gateway.stop() == 0)
    #expect(
      try gateway.command("audit", "erase", "--human", "bob", "--reason", "r18", "--yes").code == 0)
    #expect(try verify(gateway).code == 0)
    #expect(
      try !gateway.command("audit", "list", "--json", "--payloads").output.contains("\"mine\""))
  }

  @Test("The log is shown to monitors, verifies from its URL, and a new key signs on")
  func publishes() throws {
    let gateway = try start(
      "audit: {publish: {listen: 127.0.0.1:0, entries: true}, checkpoint: 200ms}")
    let shown = try waitFor("the published log") {
      gateway.log.first { $0.has("message", "showing the log") }?[member: "url"]?.string
    }
    let url = String(shown.dropLast("/checkpoint".count))
    _ = try gateway.command("audit", "checkpoint")
    #expect(try verify(gateway, url).code == 0)
    #expect(try gateway.command("audit", "key", "rotate").code == 0)
    _ = try gateway.client.call("up__echo")
    _ = try gateway.command("audit", "checkpoint")
    let (code, report) = try verify(gateway, url)
    #expect(code == 0 && report[member: "signers"]?.count == 1, "\(report)")
    #expect(try gateway.command("audit", "key", "show").output.split(separator: "\n").count == 2)
    let tiles = gateway.scratch.file("tiles")
    #expect(try gateway.command("audit", "tiles", tiles).code == 0)
    #expect(try verify(gateway, tiles).code == 0)
    #expect(try gateway.ledger("--kind", "export").last?.has("format", "tiles") == true)
  }

  @Test("An independent witness checks each checkpoint against the last and signs it")
  func witnesses() throws {
    let scratch = Scratch()
    let witness = try HTTPServerFixture.witness(in: scratch)
    let key = try text(of: "witness.key", scratch).dropLast()
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings:
        "audit: {checkpoint: 200ms, witnesses: [{url: \"\(witness.url)\", key: \"\(key)\"}]}",
      scratch: scratch)
    for round in 1...3 {
      _ = try gateway.client.call("up__echo")
      try waitUntil("the witness's signature \(round)") {
        let signed = scratch.lines(of: "witness.journal").count { $0 == "200" }
        return try signed >= round && verify(gateway, "--witness", String(key)).code == 0
      }
    }
    #expect(!scratch.lines(of: "witness.journal").contains("422"))
  }

  @Test("A report is signed, and its sampled records are proved")
  func reports() throws {
    let gateway = try start()
    let directory = gateway.scratch.file("report")
    #expect(try gateway.command("audit", "report", "--output", directory).code == 0)
    let key = String(try gateway.command("audit", "key", "show").output.dropLast())
    let file = directory + "/report.json"
    let checked = try check(gateway, "audit", "verify-pack", file, "--key", key, "--json")
    let answer = try JSONDocument(parsing: Array(checked.output.utf8)).root
    #expect(checked.code == 0 && answer[member: "proofs"]?.int64 ?? 0 > 0, "\(checked)")
    let text = try text(of: "report/report.json", gateway.scratch)
    try gateway.scratch.write(
      text.split(separator: "partial").joined(separator: "pass"), to: "forged.json")
    let forged = try check(
      gateway, "audit", "verify-pack", gateway.scratch.file("forged.json"), "--key", key)
    #expect(forged.code == 1, "\(forged)")
  }
}

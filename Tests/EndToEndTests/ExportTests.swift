import Glibc
import JSON
import Testing

/// What is in the ledger reaches other programs: all of it, in order, in their forms.
@Suite(.ownThreads)
struct ExportTests {
  private func gateway() throws -> Gateway {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    for number in 0..<3 { _ = try gateway.client.call("up__echo", #"{"=1+1":"\#(number)"}"#) }
    _ = try gateway.client.call("up__no_such_tool")
    return gateway
  }

  /// Runs `audit export` with the gateway's configuration.
  private func export(
    _ gateway: Gateway, _ words: String..., environment: [String: String] = [:]
  ) throws -> Process.Finished {
    try Process.run(
      try Programs.sallyport,
      ["audit", "export", "--config", gateway.scratch.file("audit.yaml")] + words,
      environment: Gateway.environment.merging(environment) { $1 },
      directory: gateway.scratch.path)
  }

  private func summary(_ finished: Process.Finished) throws -> JSONNode {
    let line = try #require(finished.errors.split(separator: "\n").last)
    return try JSONDocument(parsing: Array(line.utf8)).root
  }

  /// What a webhook was sent, request by request, and the records of those it took.
  private func journal(_ scratch: Scratch) throws -> [JSONNode] {
    try scratch.lines(of: "webhook.journal").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
  }

  private func sequences(of request: JSONNode) throws -> [Int] {
    let body = try JSONDocument(parsing: Array((request[member: "body"]?.string ?? "").utf8)).root
    return body.elements.compactMap { $0[member: "sequence"]?.string.flatMap { Int($0) } }
  }

  /// Each record is new and the next one, or was there before.
  private func expectComplete(_ sequences: [Int], upTo last: Int) {
    var next = 0
    for sequence in sequences {
      #expect(sequence <= next, "a gap before \(sequence)")
      if sequence == next { next += 1 }
    }
    #expect(next == last + 1)
  }

  // MARK: Forms

  @Test("Other programs read the forms")
  func forms() throws {
    let gateway = try gateway()
    #expect(try gateway.stop() == 0)
    let records = try gateway.ledger()
    var kinds = records.compactMap { $0[member: "kind"]?.string }

    let lines = try export(gateway, "--json")
    #expect(lines.code == 0, "\(lines.errors)")
    #expect(lines.output.split(separator: "\n").map(String.init) == records.map(\.description))
    let summary = try summary(lines)
    #expect(summary[member: "records"]?.int64 == Int64(records.count))
    #expect(summary[member: "last"]?.int64 == Int64(records.count - 1))
    #expect(summary.has("ending", "finished") && summary.has("destination", "standard output"))

    // What was given is on record, and comes with the next export.
    kinds.append("export")
    let table = gateway.scratch.file("table.csv")
    #expect(try export(gateway, "--format", "csv", "--output", table).code == 0)
    let rows = try read("csv", table)
    #expect(rows.compactMap { $0[member: "kind"]?.string } == kinds)
    #expect(rows.map { $0[member: "seq"]?.string } == (0..<kinds.count).map { "\($0)" })
    #expect(rows.contains { $0.has("tool", "echo") && $0.has("agent", "first") })
    #expect(try export(gateway, "--format", "csv", "-o", table).code == 1, "it exists")

    kinds.append("export")
    let events = gateway.scratch.file("events")
    #expect(try export(gateway, "--format", "cloudevents", "-o", events).code == 0)
    let read = try read("cloudevents", events)
    #expect(read.compactMap { $0[member: "kind"]?.string } == kinds)
    #expect(
      read.allSatisfy { $0[member: "type"]?.string?.hasPrefix("dev.sallyport.ledger.") == true })
    #expect(Set(read.compactMap { $0[member: "id"]?.string }).count == kinds.count)

    let ocsf = try export(gateway, "--format", "ocsf", "--kind", "decision", "--kind", "refused")
    let found = try ocsf.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    #expect(found.count == kinds.count { $0 == "decision" || $0 == "refused" })
    #expect(found.allSatisfy { $0[member: "class_uid"]?.int64 == 6003 })
    #expect(found.contains { $0[member: "api"]?.has("operation", "echo") == true })
    kinds.append("export")
    #expect(try gateway.ledger().count == kinds.count, "a selection is no export of the whole")
  }

  @Test("What was given is on record, and only that counts for letting records go")
  func record() throws {
    let gateway = try gateway()
    func exportedSoFar() throws -> String {
      try gateway.command("audit", "retain", "--what", "records", "--older-than", "1d").output
    }
    let last = try gateway.ledger().count - 1
    #expect(try export(gateway, "--kind", "decision").code == 0)
    #expect(try export(gateway, "--since", "1d").code == 0)
    #expect(try export(gateway, "--format", "csv", "-o", "table.csv").code == 0)
    #expect(try exportedSoFar().contains("which is up to 0 so far"))
    #expect(try gateway.ledger("--kind", "export").count == 1, "only the table is of the whole")
    #expect(try export(gateway, "-o", "part", "--from", "3").code == 0)
    #expect(try exportedSoFar().contains("which is up to 0 so far"), "0 to 2 are missing")
    #expect(try export(gateway, "-o", "all", "--resume", "position").code == 0)
    #expect(try exportedSoFar().contains("which is up to \(last + 3) so far"))
    let notes = try gateway.ledger("--kind", "export")
    let note = try #require(notes.last)
    #expect(note.has("format", "jsonl") && note.has("destination", "all"))
    #expect(note[member: "first"]?.int64 == 0 && note[member: "last"]?.int64 == Int64(last + 2))
    #expect(note[member: "actor"]?.has("via", "admin") == true)

    // The record of the export is given next, which is not worth another one.
    #expect(try export(gateway, "-o", "all", "--resume", "position").errors.contains("1 records"))
    #expect(
      try export(gateway, "-o", "all", "--resume", "position").errors
        == "no records were exported\n")
    #expect(try gateway.ledger("--kind", "export").count == notes.count)
    _ = try gateway.client.call("up__echo")
    #expect(try gateway.stop() == 0)
    #expect(try export(gateway, "-o", "all", "--resume", "position").code == 0)
    let whole = try #require(try gateway.ledger("--kind", "export").last)
    #expect(whole[member: "first"]?.int64 == Int64(last + 1), "with what no record said")
    #expect(whole[member: "actor"]?.has("via", "command") == true)
    #expect(try exportedSoFar().contains("up to \(try gateway.ledger().count - 1) so far"))
  }

  private func read(_ form: String, _ path: String) throws -> [JSONNode] {
    let finished = try Process.run(
      try Programs.python(), [Programs.fixture("check_exports.py"), form, path],
      environment: Gateway.environment)
    try #require(finished.code == 0, "\(finished.errors)")
    return try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
  }

  // MARK: Webhooks

  @Test("A webhook that fails, hangs up and is slow gets every record, in order and signed")
  func failingWebhook() throws {
    let gateway = try gateway()
    let last = try gateway.ledger().count - 1
    let webhook = try HTTPServerFixture.webhook(
      "503", "ok", "cut", "429:1", "reset", "slow:0.3", "ok", "408", "ok", in: gateway.scratch)
    try gateway.scratch.write("key-between-us\n", to: "key")
    let finished = try export(
      gateway, "--webhook", webhook.url, "--batch", "2", "--token", "env:HOOK", "--sign",
      "file:\(gateway.scratch.file("key"))", "--json", environment: ["HOOK": "hook-token-1"])
    #expect(finished.code == 0, "\(finished.errors)")
    #expect(!finished.errors.contains("hook-token-1") && !finished.errors.contains("secret=1"))
    #expect(finished.errors.contains("503: said by the webhook"))
    let summary = try summary(finished)
    // 503, 429 and 408: what is cut off on a kept connection the client repeats by itself.
    #expect(summary[member: "retries"]?.int64 == 3)
    #expect(summary[member: "records"]?.int64 == Int64(last + 1))
    let requests = try journal(gateway.scratch)
    expectComplete(try requests.flatMap(sequences), upTo: last)
    for request in requests {
      let headers = try #require(request[member: "headers"])
      #expect(headers.has("authorization", "Bearer hook-token-1"))
      #expect(
        headers.has("content-type", "application/cloudevents-batch+json; charset=UTF-8"))
      #expect(request.has("path", "/hook?secret=1"))
      let signature = try #require(headers[member: "sallyport-signature"]?.string)
      let parts = try #require(signature.wholeMatch(of: /t=(\d+),v1=([0-9a-f]{64})/))
      let digest = try Process.run(
        "/usr/bin/openssl", ["dgst", "-sha256", "-hmac", "key-between-us"],
        input: "\(parts.1)." + (request[member: "body"]?.string ?? ""))
      #expect(digest.output.contains(parts.2))
    }
    let times = requests.compactMap { $0[member: "time"]?.double }
    let asked = try #require(requests.firstIndex { $0.has("answer", "429:1") })
    #expect(times[asked + 1] - times[asked] >= 1, "a wish to wait is granted")
  }

  @Test("What a webhook refuses for good ends the export, and the same comes first next time")
  func refusals() throws {
    let gateway = try gateway()
    let last = try gateway.ledger().count - 1
    for (answer, reason) in [
      ("redirect", "redirects are not followed"), ("400", "refused the batch"),
    ] {
      let webhook = try HTTPServerFixture.webhook("ok", answer, in: gateway.scratch)
      let finished = try export(
        gateway, "--webhook", webhook.url, "--batch", "3", "--resume", "position.\(answer)",
        "--json")
      #expect(finished.code == 1)
      #expect(finished.errors.contains(reason))
      #expect(try summary(finished).has("ending", "failed"))
      let requests = try journal(gateway.scratch)
      #expect(requests.count == 2 && requests.allSatisfy { $0.has("path", "/hook?secret=1") })
      #expect(try requests.map(sequences) == [[0, 1, 2], [3, 4, 5]])
      unlink(gateway.scratch.file("webhook.journal"))
    }
    // Another receiver under the same address takes what the first one refused.
    let position = try JSONDocument(parsing: try readFile(gateway.scratch.file("position.400")))
      .root
    #expect(position[member: "seq"]?.int64 == 2)
    let webhook = try HTTPServerFixture.webhook("ok", in: gateway.scratch)
    let port = try #require(webhook.url.firstMatch(of: /:(\d+)\//)).1
    let text = position.description.replacing(/:\d+\/hook/, with: ":\(port)/hook")
    try gateway.scratch.write(text, to: "position.400")
    let again = try export(gateway, "--webhook", webhook.url, "--resume", "position.400")
    #expect(again.code == 0, "\(again.errors)")
    #expect(try journal(gateway.scratch).flatMap(sequences) == Array(3...last))
    #expect(again.errors.contains("(3 to \(last), 1 batch)"))
  }

  @Test("Nobody there is tried for as long as was said")
  func givingUp() throws {
    let gateway = try gateway()
    let finished = try export(gateway, "--webhook", "http://127.0.0.1:1/", "--give-up", "1s")
    #expect(finished.code == 1)
    #expect(finished.errors.contains("Connection refused"))
    #expect(finished.errors.contains("given up after"))
  }

  @Test("A webhook's certificate is checked")
  func certificates() throws {
    let gateway = try gateway()
    let certificate = try Certificate("hook", in: gateway.scratch)
    let webhook = try HTTPServerFixture.webhook("ok", tls: certificate, in: gateway.scratch)
    let refused = try export(gateway, "--webhook", webhook.url)
    #expect(refused.code == 1)
    #expect(refused.errors.contains("TLS with"))
    #expect(gateway.scratch.lines(of: "webhook.journal").isEmpty)
    let trusted = try export(gateway, "--webhook", webhook.url, "--ca", certificate.path)
    #expect(trusted.code == 0, "\(trusted.errors)")
  }

  @Test("Killed while it delivers, the export goes on without a gap")
  func killed() throws {
    let gateway = try gateway()
    for _ in 0..<20 { _ = try gateway.client.call("up__echo") }
    let last = try gateway.ledger().count - 1
    let webhook = try HTTPServerFixture.webhook("slow:0.05", in: gateway.scratch)
    let words = [
      "audit", "export", "--config", gateway.scratch.file("audit.yaml"), "--webhook", webhook.url,
      "--batch", "2", "--resume", gateway.scratch.file("position"),
    ]
    for round in 1...4 {
      let process = try Process(
        try Programs.sallyport, words, environment: Gateway.environment,
        directory: gateway.scratch.path)
      try waitUntil("some requests") {
        gateway.scratch.lines(of: "webhook.journal").count >= 3 * round
      }
      process.signal(SIGKILL)
      try process.wait()
    }
    let finished = try Process.run(
      try Programs.sallyport, words, environment: Gateway.environment,
      directory: gateway.scratch.path)
    #expect(finished.code == 0, "\(finished.errors)")
    expectComplete(try journal(gateway.scratch).flatMap(sequences), upTo: last)
  }

  // MARK: Going on

  @Test("With a position only what is new is exported, and a file has each record once")
  func resuming() throws {
    let gateway = try gateway()
    let words = ["--output", "all.jsonl", "--resume", "all.position"]
    func run() throws -> Process.Finished {
      try export(gateway, words[0], words[1], words[2], words[3])
    }
    #expect(try run().code == 0)
    let first = gateway.scratch.lines(of: "all.jsonl")
    #expect(try run().errors.hasPrefix("1 records exported"), "that of the export itself")
    #expect(try run().errors == "no records were exported\n")
    _ = try gateway.client.call("up__echo")
    // A crash left a record that the position does not know.
    let fd = open(gateway.scratch.file("all.jsonl"), O_WRONLY | O_APPEND)
    try #require(fd >= 0)
    #expect(write(fd, "{\"seq\":999,\"to", 14) == 14)
    close(fd)
    #expect(try run().code == 0)
    let all = gateway.scratch.lines(of: "all.jsonl")
    #expect(all.count == first.count + 3)
    #expect(all == (try gateway.ledger().dropLast().map(\.description)))
    // The position is of this file only.
    let other = try export(gateway, "--output", "other.jsonl", "--resume", "all.position")
    #expect(other.code == 1)
    #expect(other.errors.contains("destination"))
    // And of this ledger only.
    let text = String(decoding: try readFile(gateway.scratch.file("all.position")), as: UTF8.self)
    try gateway.scratch.write(
      text.replacing(/"leaf_hash":"./, with: #""leaf_hash":"x"#), to: "all.position")
    #expect(try run().errors.contains("is not the one that was exported"))
  }

  @Test("A follower delivers what comes, and ends when it is told to")
  func following() throws {
    let gateway = try gateway()
    let process = try Process(
      try Programs.sallyport,
      [
        "audit", "export", "--config", gateway.scratch.file("audit.yaml"), "--follow", "--output",
        gateway.scratch.file("followed"), "--json",
      ], environment: Gateway.environment, directory: gateway.scratch.path,
      errors: .file(gateway.scratch.file("follower.log")))
    for _ in 0..<3 {
      _ = try gateway.client.call("up__echo")
      let count = try gateway.ledger().count
      try waitUntil("the records") { gateway.scratch.lines(of: "followed").count == count }
    }
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    #expect(gateway.scratch.lines(of: "followed") == (try gateway.ledger().map(\.description)))
    let said = gateway.scratch.lines(of: "follower.log").last ?? ""
    #expect(said.contains(#""ending":"interrupted""#))
  }

  @Test("Syslog messages arrive one by one")
  func syslog() throws {
    let gateway = try gateway()
    let path = gateway.scratch.file("log")
    let receiver = try Process(
      "/usr/bin/python3",
      [
        "-I", "-S", "-c",
        """
        import socket, sys
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(sys.argv[1])
        while True:
            with open(sys.argv[1] + ".got", "ab") as file:
                file.write(receiver.recv(70000) + b"\\n")
        """, path,
      ])
    try waitUntil("the receiver") { access(path, F_OK) == 0 }
    let finished = try export(gateway, "--syslog", "unix:\(path)", "--kind", "decision")
    #expect(finished.code == 0, "\(finished.errors)")
    let decisions = try gateway.ledger("--kind", "decision").map(\.description)
    try waitUntil("the messages") { gateway.scratch.lines(of: "log.got").count >= decisions.count }
    let messages = gateway.scratch.lines(of: "log.got")
    #expect(messages.allSatisfy { $0.hasPrefix("<110>1 2") })
    #expect(messages.map { String($0.split(separator: "] ", maxSplits: 1)[1]) } == decisions)
    receiver.signal(SIGKILL)
  }

  @Test("Secrets that are missing and kinds that are not are told")
  func mistakes() throws {
    let gateway = try gateway()
    let missing = try export(gateway, "--webhook", "http://127.0.0.1:1/", "--token", "env:NO_SUCH")
    #expect(missing.code == 3)
    #expect(missing.errors.contains("the environment has no NO_SUCH"))
    #expect(try export(gateway, "--kind", "nonsense").code == 2)
    let beyond = try export(gateway, "--from", "5", "--until", "2020-01-01")
    #expect(beyond.code == 0)
    #expect(beyond.output.isEmpty)
  }
}

/// What a ledger shows of the controls that auditors ask about.
@Suite(.ownThreads)
struct ReportTests {
  @Test("A report of a real ledger has each control, and both forms")
  func report() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      policy: Gateway.openPolicy + """

        forbid (principal, action == Sallyport::Action::"up__garbage", resource);
        """)
    for _ in 0..<3 { _ = try gateway.client.call("up__echo") }
    _ = try gateway.client.call("up__garbage")
    #expect(try gateway.stop() == 0)
    let finished = try gateway.command("audit", "report", "--output", "pack")
    #expect(finished.code == 0, "\(finished.errors)")
    #expect(finished.errors.contains("20 controls"))
    let bytes = try readFile(gateway.scratch.file("pack/report.json"))
    let report = try JSONDocument(parsing: bytes).root
    let controls = try #require(report[member: "controls"])
    #expect(controls.count == 20)
    #expect(controls.elements.allSatisfy { !$0.has("result", "pass") })
    #expect(
      report[member: "subject"]?[member: "records"]?.int64 == Int64(try gateway.ledger().count))
    func test(_ control: Int, _ index: Int) -> JSONNode? {
      controls[element: control - 1]?[member: "tests"]?[element: index]
    }
    // Registered tools, policies named, sources on record, no gap, outcomes.
    for (control, index, count) in [(2, 0, 3), (4, 0, 3), (5, 0, 4), (12, 1, 3)] {
      let test = try #require(test(control, index))
      #expect(test.has("result", "pass"), "\(test)")
      let found = test[member: "population"]?[member: "count"]?.int64
      #expect(found == Int64(count), "\(control): \(test)")
    }
    #expect(test(12, 0)?.has("result", "pass") == true)
    let page = String(
      decoding: try readFile(gateway.scratch.file("pack/report.html")), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("20. Integrity of the evidence"))
    // What is there is kept.
    #expect(try gateway.command("audit", "report", "--output", "pack").code == 1)
    #expect(try readFile(gateway.scratch.file("pack/report.json")) == bytes)
    let output = try gateway.command("audit", "report", "--until", "2020-01-01").output
    let empty = try JSONDocument(parsing: Array(output.utf8)).root
    #expect(
      empty[member: "controls"]?.elements.allSatisfy { $0.has("result", "not covered") } == true)
  }
}

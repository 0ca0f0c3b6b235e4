import JSON

/// Records of a made-up organisation, the same for the same seed: 40 people, 60 agents, 12 servers
/// with 15 tools each. Of 100 requests 8 are lists, 1 is refused, 5 are denied, 3 are asked about
/// and approved, the others are allowed and have an outcome.
final class Workload {
  private var random: Random
  private(set) var sequence: Int64 = 0
  private var time: Int64 = 1_790_000_000_000_000
  private var pending: [[UInt8]] = []
  private var threads: [Thread] = []
  private var policyVersion = 0
  private var calls = 0
  /// Of the latest record.
  var now: Int64 { time }
  /// One call in the middle, for asking about an incident.
  private(set) var sample = (call: "", trace: "", run: "", agent: "", credential: "")

  /// What an agent is at, as far as records name it.
  private struct Thread {
    var agent: Int
    var session: String
    var trace: String
    var run: String
    var left: Int
    var last = ""
  }

  init(seed: UInt64) {
    random = Random(state: seed)
    threads = (0..<64).map { _ in thread() }
  }

  /// The next record.
  func next() -> [UInt8] {
    if pending.isEmpty { request() }
    sequence += 1
    return pending.removeFirst()
  }

  private func request() {
    time += Int64(random.below(40_000))
    if calls % 100_000 == 0 { change() }
    calls += 1
    let index = random.below(threads.count)
    if threads[index].left == 0 { threads[index] = thread() }
    threads[index].left -= 1
    let roll = random.below(100)
    let call = random.hex(32)
    if roll == 0 {
      pending.append(refused(threads[index].agent))
      return
    }
    let tool = roll < 9 ? nil : random.below(180)
    let word = roll < 9 || roll >= 17 ? "allow" : roll < 14 ? "deny" : "ask"
    pending.append(decision(call, threads[index], tool, word))
    if word == "ask", let tool {
      let approver = random.below(6)
      for event in ["requested", "approved"] {
        pending.append(approval(event, call, threads[index].agent, tool, approver))
      }
      pending.append(decision(call, threads[index], tool, "allow"))
    }
    if let tool, word != "deny" { pending.append(outcome(call, tool)) }
    if calls % 5_000 == 0 {
      let agent = threads[index].agent
      sample = (
        call, threads[index].trace, threads[index].run, "agent-\(agent)", credential(agent)
      )
    }
    threads[index].last = call
  }

  private func thread() -> Thread {
    Thread(
      agent: random.below(60), session: random.hex(32), trace: random.hex(32),
      run: "run-\(random.hex(12))", left: 4 + random.below(24))
  }

  private func credential(_ agent: Int) -> String {
    let digits = String(UInt64(agent + 1) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func digest(_ number: Int) -> String {
    let digits = String(UInt64(number + 1) &* 0xD134_2543_DE82_EF95, radix: 16)
    return String(repeating: digits.count < 16 ? "0" : "", count: 16 - digits.count)
      + digits + String(repeating: "5c", count: 24)
  }

  private static let effects = ["read", "read", "read", "write", "destructive"]

  // MARK: Records

  private func decision(
    _ call: String, _ thread: Thread, _ tool: Int?, _ word: String
  ) -> [UInt8] {
    record { writer in
      if tool != nil { payload("arguments", 40 + random.below(900), &writer) }
      writer.text("call", call)
      writer.name("claims")
      writer.beginObject()
      writer.text("model", "model-\(thread.agent % 4)")
      writer.text("run", thread.run)
      writer.name("skill")
      writer.beginObject()
      writer.text("digest", digest(1000 + thread.agent % 30))
      writer.text("name", "skill-\(thread.agent % 30)")
      writer.text("version", "1.\(thread.agent % 7)")
      writer.endObject()
      writer.endObject()
      writer.name("client")
      writer.beginObject()
      writer.text("name", "claude-code")
      writer.text("version", "2.1.0")
      writer.endObject()
      writer.text("decision", word)
      writer.number("duration_us", 20 + random.below(60))
      if let tool { writer.text("effect", Self.effects[tool % 5]) }
      writer.text("entities_version", digest(2))
      writer.text("era", "stateless")
      writer.text("kind", "decision")
      writer.text("method", tool == nil ? "tools/list" : "tools/call")
      if !thread.last.isEmpty { writer.text("parent", thread.last) }
      writer.name("policies")
      writer.beginArray()
      if word != "deny" { writer.string("permit-\((tool ?? 0) % 40)") }
      if word == "ask" { writer.string("ask-first") }
      writer.endArray()
      writer.text("policy_version", digest(policyVersion))
      principal(thread.agent, &writer)
      if word == "deny" { writer.text("reason", "no policy permits this") }
      if word == "ask" {
        writer.name("remedies")
        writer.beginArray()
        writer.string("approval")
        writer.endArray()
      }
      if let tool { writer.text("server", "server-\(tool / 15)") }
      writer.text("session", thread.session)
      if tool == nil { writer.number("shown", 40) }
      time(&writer)
      if let tool {
        writer.text("tool", "tool_\(tool)")
        writer.text("tool_digest", digest(5000 + tool))
      }
      writer.text("traceparent", "00-\(thread.trace)-00f067aa0ba902b7-01")
      writer.text("transport", "http")
    }
  }

  private func outcome(_ call: String, _ tool: Int) -> [UInt8] {
    let status = random.below(50) == 0 ? "tool_error" : "ok"
    return record { writer in
      writer.text("call", call)
      writer.number("duration_us", 900 + random.below(9_000))
      writer.text("kind", "outcome")
      payload("result", 100 + random.below(9_000), &writer)
      writer.text("server", "server-\(tool / 15)")
      writer.text("status", status)
      time(&writer)
      writer.text("tool", "tool_\(tool)")
      writer.number("upstream_us", 800 + random.below(9_000))
    }
  }

  private func approval(
    _ event: String, _ call: String, _ agent: Int, _ tool: Int, _ approver: Int
  ) -> [UInt8] {
    time += event == "approved" ? 3_000_000 : 0
    return record { writer in
      writer.text("approval", String(call.prefix(12)))
      if event == "approved" { writer.text("approver", "person-\(approver)@example.com") }
      writer.text("call", call)
      writer.text("event", event)
      writer.text("kind", "approval")
      principal(agent, &writer)
      writer.text("server", "server-\(tool / 15)")
      time(&writer)
      writer.text("tool", "tool_\(tool)")
      if event == "approved" { writer.number("waited_us", 500_000 + random.below(90_000_000)) }
    }
  }

  private func refused(_ agent: Int) -> [UInt8] {
    record { writer in
      writer.text("kind", "refused")
      principal(agent, &writer)
      writer.text("reason", "there is no such tool")
      writer.text("refusal", "unknown_tool")
      time(&writer)
    }
  }

  private func change() {
    let before = digest(policyVersion)
    policyVersion += 1
    let after = digest(policyVersion)
    let version = policyVersion
    pending.append(
      record { writer in
        writer.text("file", "main.cedar")
        writer.text("kind", "policies")
        writer.number("part", 0)
        writer.number("parts", 1)
        var text = "// version \(version)\n"
        for policy in 0..<40 {
          text += "@id(\"permit-\(policy)\")\npermit (principal, action, resource);\n"
        }
        writer.text("text", text)
        time(&writer)
        writer.text("version", after)
      })
    pending.append(
      record { writer in
        writer.text("after", after)
        writer.text("before", before)
        writer.text("event", "applied")
        writer.text("kind", "change")
        writer.text("of", "policies")
        time(&writer)
      })
  }

  private func record(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1100)
    writer.beginObject()
    body(&writer)
    writer.endObject()
    return writer.bytes
  }

  private func principal(_ agent: Int, _ writer: inout JSONWriter) {
    writer.name("principal")
    writer.beginObject()
    writer.text("agent", "agent-\(agent)")
    writer.text("credential", credential(agent))
    writer.text("human", "person-\(agent % 40)@example.com")
    writer.name("roles")
    writer.beginArray()
    writer.string("developer")
    writer.endArray()
    writer.text("tenant", "acme")
    writer.endObject()
  }

  private func time(_ writer: inout JSONWriter) { writer.number("time", Int(time)) }

  private func payload(
    _ name: String, _ bytes: Int, _ writer: inout JSONWriter
  ) {
    writer.name(name)
    writer.beginObject()
    writer.number("bytes", bytes)
    writer.text("digest", random.hex(64))
    writer.text("kept", "full")
    writer.text("preview", #"{"path":"string 24","limit":"number"}"#)
    writer.endObject()
  }
}

/// SplitMix64.
struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func hex(_ digits: Int) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(digits)
    while text.count < digits {
      var word = next()
      for _ in 0..<min(16, digits - text.count) {
        let value = UInt8(word & 15)
        text.append(value < 10 ? 0x30 + value : 0x57 + value)
        word >>= 4
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension JSONWriter {
  mutating func text(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }

  mutating func number(_ name: String, _ value: Int) {
    self.name(name)
    int(value)
  }
}

import Glibc
import JSON
import Testing

/// Changes take effect as a whole or not at all, and drop no call.
@Suite(.ownThreads)
struct ReloadTests {
  private static let denyEcho =
    Gateway.openPolicy + """

      @id("no-echo")
      forbid (principal, action == Sallyport::Action::"up__echo", resource);
      """

  private func start() throws -> Gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: ["up": Upstreams.scripted("--journal", scratch.file("journal"))],
      scratch: scratch)
  }

  private func awaitChange(_ event: String, _ gateway: Gateway) throws -> JSONNode {
    try waitFor("the change \(event)") {
      try gateway.ledger("--kind", "change").last { $0.has("event", event) }
    }
  }

  @Test(
    "A call that is under way survives a reload, and the next one sees the change",
    arguments: [true, false])
  func keepsCalls(bySignal: Bool) throws {
    let gateway = try start()
    let waiting = try gateway.client.begin(
      gateway.client.callRequest("up__slow", #"{"seconds":3,"mark":"a"}"#))
    try waitUntil("the call at the upstream") {
      gateway.scratch.lines(of: "journal").contains("began a")
    }
    let pid = try gateway.client.call("up__whoami").text
    try gateway.scratch.write(Self.denyEcho, to: "policies/test.cedar")
    if bySignal { gateway.process.signal(SIGHUP) }
    _ = try awaitChange("applied", gateway)
    try waitUntil("the new policy") { try gateway.client.call("up__echo").isError }
    #expect(try HTTPClient.Answer(waiting.response()).text == "slept")
    #expect(try gateway.client.call("up__whoami").text == pid, "the upstream was not replaced")
  }

  @Test("Upstreams come and go with the configuration, the others stay")
  func upstreams() throws {
    let gateway = try start()
    let session = try gateway.client.opened()
    let pid = try gateway.client.call("up__whoami").text
    let up = Upstreams.scripted("--journal", gateway.scratch.file("journal"))
    try gateway.scratch.write(
      Gateway.configuration(["up": up, "more": Upstreams.scripted()]), to: "sallyport.yaml")
    gateway.process.signal(SIGHUP)
    try waitUntil("the new upstream") { try gateway.client.call("more__echo").text == "{}" }
    #expect(try gateway.client.call("up__whoami").text == pid)
    try gateway.scratch.write(Gateway.configuration(["up": up]), to: "sallyport.yaml")
    gateway.process.signal(SIGHUP)
    try waitUntil("its end") { try gateway.client.call("more__echo").errorCode == -32602 }
    #expect(try session.exchange(session.sessionCallRequest("up__whoami")).text == pid)
  }

  @Test("A change of policy that shows other tools is told to those who listen")
  func visibleTools() throws {
    let gateway = try start()
    let session = try gateway.client.opened()
    let stream = try session.begin(session.get())
    var head = try stream.head()
    try gateway.scratch.write(
      Gateway.openPolicy
        + "@id(\"blind\") forbid (principal, action == Sallyport::Action::\"list\", resource);",
      to: "policies/test.cedar")
    gateway.process.signal(SIGHUP)
    var told = false
    while !told, let part = try stream.bodyPart(of: &head) {
      told = try EventStream.messages(in: part).contains {
        $0.has("method", "notifications/tools/list_changed")
      }
    }
    #expect(try gateway.client.list().result?[member: "tools"]?.count == 0)
  }

  @Test("An agent that is taken out of the configuration may not even go on with its session")
  func removedAgent() throws {
    let gateway = try start()
    let session = try gateway.client.opened()
    #expect(try session.exchange(session.sessionCallRequest("up__echo")).status == 200)
    let up = Upstreams.scripted("--journal", gateway.scratch.file("journal"))
    let text = Gateway.configuration(["up": up]).split(separator: "\n")
      .filter { !$0.contains("FIRST_TOKEN") }.joined(separator: "\n")
    try gateway.scratch.write(text, to: "sallyport.yaml")
    gateway.process.signal(SIGHUP)
    try waitUntil("the agent to be unknown") { try gateway.client.call("up__echo").status == 401 }
    #expect(try session.exchange(session.sessionCallRequest("up__echo")).status == 401)
    #expect(try gateway.secondClient.call("up__echo").text == "{}")
  }

  @Test(
    "A broken file changes nothing, and the ledger says why",
    arguments: [
      ("policies/test.cedar", "permit (principal, action", "test.cedar"),
      ("sallyport.yaml", "listen: 127.0.0.1:0\nunknown_key: 1\n", "unknown_key"),
      ("sallyport.yaml", "{{{", "sallyport.yaml"),
    ])
  func broken(file: String, text: String, told: String) throws {
    let gateway = try start()
    try gateway.scratch.write(text, to: file)
    gateway.process.signal(SIGHUP)
    let record = try awaitChange("refused", gateway)
    #expect(record[member: "reason"]?.string?.contains(told) == true, "\(record)")
    #expect(try gateway.client.call("up__echo").text == "{}")
    #expect(
      gateway.log.contains {
        $0.has("level", "error") && $0[member: "reason"]?.string?.contains(told) == true
      })
    // `check` finds the same, without a running gateway's help.
    if file.hasSuffix(".cedar") {
      let check = try gateway.command("check")
      #expect(check.code == 3)
      #expect((check.output + check.errors).contains(told))
      try gateway.scratch.write(Self.denyEcho, to: file)
      gateway.process.signal(SIGHUP)
      try waitUntil("the repaired policy") { try gateway.client.call("up__echo").isError }
    }
  }

  @Test("A policy that does not fit the tools is refused with its place, and what was meant")
  func unfitting() throws {
    let gateway = try start()
    #expect(try gateway.client.call("up__echo").text == "{}")
    try gateway.scratch.write(
      Gateway.openPolicy
        + "\nforbid (principal, action == Sallyport::Action::\"up__ecko\", resource);",
      to: "policies/test.cedar")
    gateway.process.signal(SIGHUP)
    let reason = try awaitChange("refused", gateway)[member: "reason"]?.string
    #expect(reason?.contains("did you mean `up__echo`?") == true, "\(reason ?? "")")
    #expect(reason?.contains("test.cedar:") == true)
    #expect(try gateway.client.call("up__echo").text == "{}")
  }

  @Test("A policy that turns out not to fit the tools shows in the status, and is decided by")
  func unfittingAtStart() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      policy: Gateway.openPolicy + """

        @id("limit")
        forbid (principal, action == Sallyport::Action::"up__echo", resource)
        when { context.inputs.amount > 100 };
        @id("later")
        permit (principal, action, resource == Sallyport::Tool::"up__nothing");
        """)
    #expect(try gateway.client.call("up__echo").decision?.has("reason", "policy_error") == true)
    try waitUntil("the review") {
      let status = try gateway.command("status", "--json").output
      return status.contains("policy `limit`: ") && status.contains("has no tool `nothing`")
        && gateway.log.contains { $0.has("message", "a policy does not fit the tools") }
    }
    let told = try gateway.command("status")
    #expect(told.output.contains("2 errors"))
    #expect(told.output.contains("policy `limit`: "))
  }

  @Test("A policy about a server that is not configured keeps the gateway from starting")
  func unknownServer() throws {
    let gateway = try start()
    #expect(try gateway.stop() == 0)
    try gateway.scratch.write(
      Gateway.openPolicy
        + "\npermit (principal, action, resource in Sallyport::Server::\"uq\");",
      to: "policies/test.cedar")
    for command in ["serve", "check"] {
      let finished = try gateway.command(command)
      #expect(finished.code == 3)
      #expect((finished.output + finished.errors).contains("no server `uq` is configured"))
    }
  }

  @Test("A policy whose forbid cannot be evaluated denies")
  func erringForbid() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      policy: Gateway.openPolicy + """

        @id("limit")
        forbid (principal, action == Sallyport::Action::"up__echo", resource)
        when { context.input.amount > 100 };
        """)
    #expect(try gateway.client.call("up__echo", #"{"amount":1}"#).text == #"{"amount": 1}"#)
    #expect(
      try gateway.client.call("up__echo", #"{"amount":101}"#).decision?.has("reason", "denied")
        == true)
    for odd in [
      #"{}"#, #"{"amount":"1"}"#, #"{"amount":1.5}"#, #"{"amount":99999999999999999999}"#,
    ] {
      let answer = try gateway.client.call("up__echo", odd)
      #expect(answer.decision?.has("reason", "policy_error") == true, "\(odd)")
      #expect(answer.text?.contains("limit") == true)
    }
    let errors = try gateway.ledger("--decision", "deny").compactMap { $0[member: "policy_errors"] }
    #expect(errors.count == 4)
  }
}

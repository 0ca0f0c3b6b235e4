import Glibc
import JSON
import Testing

/// A call that waits for people: real agents ask, people answer in a real browser and at the
/// command line, the call is made once, and whoever is to be told is told.
@Suite(.ownThreads)
struct AnswerTests {
  private static let browser = "/usr/bin/chromium"

  private static let policy = """
    @id("list-all")
    permit (principal, action == Sallyport::Action::"list", resource);
    @id("call-all")
    permit (principal, action in Sallyport::Action::"call", resource);
    @id("people-answer")
    permit (principal is Sallyport::Human, action == Sallyport::Action::"approveCall", resource);

    @id("dba-orders")
    permit (
      principal in Sallyport::Role::"dba",
      action in [
        Sallyport::Action::"stop", Sallyport::Action::"lift", Sallyport::Action::"revoke"
      ],
      resource
    );
    @id("dba-grants")
    permit (
      principal in Sallyport::Role::"dba", action == Sallyport::Action::"grant", resource
    ) when { context.grant.seconds <= 8 * 3600 };

    @id("slow-needs-a-yes")
    @remedy("approval")
    @advice("Think first.")
    forbid (principal, action == Sallyport::Action::"up__slow", resource)
    unless { context has approval && context.approval.count >= 1 };

    @id("record-needs-two")
    @remedy("approval")
    forbid (principal, action == Sallyport::Action::"up__record", resource)
    unless { context has approval && context.approval.count >= 2 };

    @id("echo-is-hasty")
    @remedy("approval")
    @within("10s")
    forbid (principal, action == Sallyport::Action::"up__echo", resource)
    unless { context has approval && context.approval.count >= 1 };
    """

  /// 24 zero bytes.
  private static let secret = "whsec_" + String(repeating: "A", count: 32)

  private func start(_ settings: String = "", in scratch: Scratch) throws -> Gateway {
    try Gateway(
      upstreams: ["up": Upstreams.scripted("--journal", scratch.file("up.journal"))],
      policy: Self.policy, settings: settings, scratch: scratch)
  }

  private func approvals(_ gateway: Gateway, _ state: String = "all") throws -> [JSONNode] {
    let listed = try gateway.command("approvals", "list", "--state", state, "--json")
    try #require(listed.code == 0, "\(listed.errors)")
    return Array(try JSONDocument(parsing: Array(listed.output.utf8)).root.elements)
  }

  @Test("A newcomer's path: the agent asks, the page opens, a person answers, the call runs once")
  func story() throws {
    guard access(Self.browser, X_OK) == 0 else {
      return print("skipped: chromium is not installed")
    }
    let scratch = Scratch()
    let gateway = try start(in: scratch)
    let words = [
      Programs.fixture("approval_story.py"), "http://localhost:\(gateway.port)", Gateway.token,
      scratch.file("sallyport.yaml"), try Programs.sallyport,
    ]
    var environment = Gateway.environment
    environment["HOME"] = scratch.path
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    let pictures = getenv("CONSOLE_PICTURES").map { [String(cString: $0)] } ?? []
    let finished = try Process.run(
      try Programs.python(), words + pictures, environment: environment,
      directory: scratch.path, until: .after(.seconds(300)))
    let steps = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    for step in steps {
      let (name, what) = (step[member: "step"]?.string ?? "", step[member: "what"]?.string ?? "")
      if name.contains("time") { print("approval: \(name): \(what)") }
      #expect(step[member: "ok"]?.bool == true, "\(name): \(what)")
    }
    #expect(steps.last?.has("step", "end") == true, "\(finished.errors)")

    let runs = scratch.lines(of: "up.journal")
    #expect(runs.filter { $0 == "finished first" }.count == 1)
    #expect(!runs.contains { $0.contains("second") })
    #expect(runs.filter { $0 == "finished third" }.count == 1)
    #expect(runs.filter { $0.hasPrefix("received") }.count == 1)
    let people = try gateway.ledger("--kind", "change").compactMap { $0[member: "actor"] }
      .filter { $0.has("via", "person") }
    #expect(people.count == 6)
    #expect(people.allSatisfy { $0.has("user", "bob") })
    for record in try gateway.ledger() {
      #expect(!"\(record)".contains("sps_"))
      #expect(!"\(record)".contains("bicycle"))
    }
  }

  @Test("A webhook hears of each event, signed, and again until it takes it; so does a program")
  func notices() throws {
    let scratch = Scratch()
    let webhook = try HTTPServerFixture.webhook("503", "429:1", "ok", in: scratch)
    try scratch.write(Self.secret, to: "webhook.secret")
    try scratch.write(
      "#!/bin/sh\necho \"$SALLYPORT_APPROVAL $SALLYPORT_TOOL $SALLYPORT_AGENT $SALLYPORT_LINK"
        + " $FIRST_TOKEN\" >> \(scratch.file("told"))\n", to: "notify")
    let gateway = try start(
      """
      approvals:
        hold: 0s
        webhook: {url: \(webhook.url), secret: {file: webhook.secret}}
        notify: [/bin/sh, \(scratch.file("notify"))]
      """, in: scratch)
    gateway.keep(webhook)
    _ = try gateway.client.call("up__slow", #"{"mark":"not to be told"}"#)
    let id = try #require(try approvals(gateway).first?[member: "id"]?.string)
    let journal = try waitFor("the third try") { () -> [JSONNode]? in
      let lines = try scratch.lines(of: "webhook.journal").map {
        try JSONDocument(parsing: Array($0.utf8)).root
      }
      return lines.count >= 3 ? lines : nil
    }
    for request in journal {
      let headers = try #require(request[member: "headers"])
      #expect(headers.has("webhook-id", "\(id).requested"))
      let body = try #require(request[member: "body"]?.string)
      #expect(!body.contains("not to be told"))
      let root = try JSONDocument(parsing: Array(body.utf8)).root
      #expect(root.has("type", "approval.requested"))
      #expect(root.pointer("/data/tool")?.string == "up__slow")
      #expect(root.pointer("/data/human")?.string == "alice")
      #expect(
        root.pointer("/data/link")?.string?.hasSuffix("/console/approvals/\(id)") == true)
    }
    try expectSigned(scratch)
    let told = try waitFor("the program") { scratch.lines(of: "told").first }
    #expect(told.hasPrefix("\(id) up__slow first http"))
    #expect(!told.contains(Gateway.token))
    let status = try gateway.command("status", "--json")
    let report = try JSONDocument(parsing: Array(status.output.utf8)).root
    #expect(report.pointer("/approvals/waiting")?.int64 == 1)
    try waitUntil("the delivery to be counted") {
      let status = try gateway.command("status", "--json")
      let report = try JSONDocument(parsing: Array(status.output.utf8)).root
      return report.pointer("/approvals/webhook/delivered")?.int64 == 1
        && report.pointer("/approvals/webhook/failures")?.int64 == 2
    }

    // What waits is told again after a restart, under the same id.
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    try waitUntil("it to be told again") { scratch.lines(of: "webhook.journal").count == 4 }
    let last = try #require(scratch.lines(of: "webhook.journal").last)
    #expect(last.contains("\(id).requested"))
    try expectSigned(scratch)
  }

  /// Another implementation of Standard Webhooks finds every request genuine.
  private func expectSigned(_ scratch: Scratch) throws {
    let program = """
      import base64, hashlib, hmac, json, sys
      key = base64.b64decode(sys.argv[1].removeprefix("whsec_"))
      for line in open(sys.argv[2]):
          entry = json.loads(line)
          fields = entry["headers"]
          signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.{entry['body']}"
          digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
          assert fields["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
      print("genuine")
      """
    let checked = try Process.run(
      "/usr/bin/python3", ["-c", program, Self.secret, scratch.file("webhook.journal")],
      environment: Gateway.environment)
    #expect(checked.output == "genuine\n", "\(checked.errors)")
  }

  @Test("What nobody answers in time is denied, and told as expired")
  func expiry() throws {
    let scratch = Scratch()
    let webhook = try HTTPServerFixture.webhook("ok", in: scratch)
    try scratch.write(Self.secret, to: "webhook.secret")
    let gateway = try start(
      """
      approvals:
        hold: 0s
        webhook: {url: \(webhook.url), secret: {file: webhook.secret}}
      """, in: scratch)
    gateway.keep(webhook)
    _ = try gateway.client.call("up__echo", #"{"a":1}"#)
    #expect(try approvals(gateway, "pending").count == 1)
    try waitUntil("the deadline to pass") { try approvals(gateway, "expired").count == 1 }
    #expect(try approvals(gateway, "pending").isEmpty)
    try waitUntil("that to be told") {
      scratch.lines(of: "webhook.journal").contains { $0.contains("approval.expired") }
    }
  }

  @Test("Only somebody who signed in answers: neither the socket's user nor an agent's token")
  func withoutPerson() throws {
    let scratch = Scratch()
    let gateway = try start("approvals: {hold: 0s}", in: scratch)
    _ = try gateway.client.call("up__slow")
    let id = try #require(try approvals(gateway).first?[member: "id"]?.string)
    let refused = try gateway.command("approvals", "approve", id)
    #expect(refused.code == 5)
    #expect(refused.errors.contains("sallyport login"))
    for token in [Gateway.token, Gateway.secondToken, "sps_" + String(repeating: "A", count: 43)] {
      let answer = try Process.run(
        "/usr/bin/curl",
        [
          "-sS", "--unix-socket", scratch.file("data/admin.sock"), "-H",
          "Authorization: Bearer \(token)", "-d", #"{"verdict":"approve"}"#,
          "http://localhost/v1/approvals/\(id)/answer",
        ], environment: Gateway.environment)
      #expect(answer.output.contains("signed in"), "\(answer.output) \(answer.errors)")
      // What is no session does not order as the socket's user either.
      let stop = try Process.run(
        "/usr/bin/curl",
        [
          "-sS", "--unix-socket", scratch.file("data/admin.sock"), "-H",
          "Authorization: Bearer \(token)", "-d", #"{"kind":"all","reason":"r"}"#,
          "http://localhost/v1/stops",
        ], environment: Gateway.environment)
      #expect(stop.output.contains("session is over"), "\(stop.output) \(stop.errors)")
    }
    #expect(try gateway.command("kill", "list", "--json").output == "[]\n")
    #expect(try gateway.command("approvals", "show", "apr_00000000000000000000").code == 1)
    #expect(try approvals(gateway, "pending").count == 1)
  }
}

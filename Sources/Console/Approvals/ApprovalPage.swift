internal import Approvals
internal import Identity
internal import Inspection
internal import Logging

/// One approval, in the order in which it should be read, and the form to answer it.
struct ApprovalPage {
  /// Scalars of the exact arguments on the page.
  private static let argumentScalarsMax = 300_000

  let view: ApprovalView
  /// Whether the agent acts for whom it is shown to.
  let isRequester: Bool
  /// Why they cannot say yes; nil when they can.
  let noToYes: ApprovalRefusal?
  /// Why they cannot say no; nil when they can.
  let noToNo: ApprovalRefusal?
  /// Where a yes can hold from now on; nil when that is not offered.
  let fromNowOn: LocalPath?
  /// Seconds since 1970 UTC.
  let now: Int64
  let formToken: String
  /// Why the answer that was just given does not count.
  let refusal: ApprovalRefusal?
  /// The reason that was typed for it.
  let reason: String

  private var approval: Approval { view.approval }

  var page: ConsolePage {
    ConsolePage(
      "\(approval.terms.agent) asks for \(approval.terms.tool)",
      status: refusal == nil ? 200 : 409
    ) { html in
      if let refusal { html.alert("Your answer does not count: \(refusal.description).") }
      html.element("div", ["class": "row standing"]) { badges in
        ApprovalBadge.state(approval, &badges)
        ApprovalBadge.age(approval, now: now, &badges)
        badges.element("span", ["class": "mono soft"], approval.id)
      }
      if approval.state != .pending { html.note(view.outcome) }
      section("What will happen", &html, what)
      section("Who asks, for whom", &html, who)
      section("Why this was flagged", &html, style: "sheet flagged", why)
      section("What happened before", &html, before)
      section("What cannot be undone", &html, style: "sheet", irreversible)
      if !approval.answers.isEmpty { section("Answers so far", &html, answers) }
      if approval.state == .pending { section("Your answer", &html, form) }
    }
  }

  private func section(
    _ title: String, _ html: inout HTMLWriter, style: String = "sheet",
    _ content: (inout HTMLWriter) -> Void
  ) {
    html.element("section", ["class": style]) { section in
      section.element("h2", title)
      content(&section)
    }
  }

  // MARK: - Parts

  private func what(_ html: inout HTMLWriter) {
    html.element("p", ["class": "call"]) { call in
      call.element("code", approval.terms.tool)
      call.text(" of ")
      call.element("code", approval.terms.server)
      call.text(" \(view.risk.summary). ")
      ApprovalBadge.effect(approval.ask.effect, &call)
    }
    guard !view.isErased else {
      html.element("p", ["class": "hint"], "Its arguments are erased; their digest is on record.")
      return
    }
    guard !view.arguments.lines.isEmpty else {
      html.element("p", ["class": "hint"], "It has no arguments.")
      return
    }
    html.element("dl", ["class": "arguments"]) { list in
      for line in view.arguments.lines {
        list.element("dt") { $0.element("code", line.path.isEmpty ? "–" : line.path) }
        list.element("dd") { value in
          value.element("code", ["class": line.kind.rawValue], Self.broken(line.text))
          if let bytes = line.bytesInAll {
            value.element("span", ["class": "hint"], " cut; \(bytes) bytes in all")
          }
        }
      }
    }
    if view.arguments.omitted > 0 {
      html.element("p", ["class": "hint"], "\(view.arguments.omitted) more values are below.")
    }
    html.element("details") { details in
      details.element("summary", "Exactly as they are sent (canonical JSON)")
      let text = String(decoding: approval.ask.arguments, as: UTF8.self)
      details.element(
        "pre", ["class": "exact"], VisibleText.draw(text, limit: Self.argumentScalarsMax))
    }
  }

  /// A line end is drawn, and is one.
  private static func broken(_ text: String) -> String { text.replacing("⏎", with: "⏎\n") }

  private func who(_ html: inout HTMLWriter) {
    let terms = approval.terms
    html.element("dl") { list in
      fact("Agent", terms.agent, &list)
      fact("For", terms.human ?? "nobody who is known", &list)
      if !terms.roles.isEmpty { fact("Roles", terms.roles.joined(separator: ", "), &list) }
      if let tenant = terms.tenant { fact("Tenant", tenant, &list) }
      if let client = approval.ask.clientName {
        fact("Client", "\(client) \(approval.ask.clientVersion ?? ""), as it says", &list)
      }
      fact("By way of", approval.ask.transport, &list)
      if let environment = approval.ask.environment { fact("Environment", environment, &list) }
      fact(
        "Asked", UTCTimestamp(milliseconds: approval.requestedAt * 1000).description, &list)
    }
  }

  private func fact(_ name: String, _ value: String, _ list: inout HTMLWriter) {
    list.element("dt", name)
    list.element("dd", value)
  }

  private func why(_ html: inout HTMLWriter) {
    for advice in approval.ask.advice { html.element("p", ["class": "advice"], advice) }
    for policy in view.policies {
      guard let text = policy.text else {
        html.element("p") { line in
          line.text("Policy ")
          line.element("code", policy.id)
        }
        continue
      }
      html.element("details") { details in
        details.element("summary") { summary in
          summary.text("Policy ")
          summary.element("code", policy.id)
        }
        details.element("pre", text)
      }
    }
    let remedies = approval.ask.remedies.map {
      $0 == ApprovalAsk.stepUp
        ? "a fresh sign-in of the person the agent acts for" : "the approval of another person"
    }
    html.element("p", "It takes \(remedies.joined(separator: ", and ")).")
  }

  private func before(_ html: inout HTMLWriter) {
    guard let earlier = view.earlier else {
      html.element("p", ["class": "hint"], "That cannot be told at the moment; see the ledger.")
      return
    }
    let basis =
      switch earlier.basis {
      case .trace: "in the same trace"
      case .session: "in the same session"
      case .agent: "by the same agent, in the hour before"
      }
    guard !earlier.calls.isEmpty else {
      html.element("p", ["class": "hint"], "Nothing \(basis).")
      return
    }
    html.element("p", ["class": "hint"], "Calls \(basis), the newest last.")
    html.element("ol", ["class": "plain earlier"]) { list in
      if earlier.omitted > 0 {
        list.element("li", ["class": "hint"], "\(earlier.omitted) earlier ones")
      }
      for call in earlier.calls {
        list.element("li") { item in
          item.element("time", Self.clock(call.time))
          item.element("code", call.subject)
          let style = call.decision == "allow" ? "tag" : "tag wait"
          item.element(
            "span", ["class": style],
            call.outcome.map { "\(call.decision) → \($0)" } ?? call.decision)
        }
      }
    }
  }

  private static func clock(_ microseconds: Int64) -> String {
    UTCTimestamp(milliseconds: microseconds / 1000).description
  }

  private func irreversible(_ html: inout HTMLWriter) {
    html.element("ul") { list in
      for sentence in view.risk.irreversible { list.element("li", sentence) }
    }
  }

  private func answers(_ html: inout HTMLWriter) {
    html.element("ul") { list in
      for answer in approval.answers {
        list.element("li") { item in
          item.element("strong", answer.person.name)
          item.text(answer.verdict == .approve ? " says yes" : " says no")
          if let reason = answer.reason { item.text(": “\(reason)”") }
        }
      }
    }
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  // MARK: - The form

  /// Only what this person can do is offered; what they cannot is explained.
  private func form(_ html: inout HTMLWriter) {
    for sentence in view.needed { html.element("p", ["class": "hint"], sentence) }
    if let noToYes {
      html.element("p", ["class": "hint"], Self.sentence(noToYes.description))
      if case .staleSignIn = noToYes {
        let here = ApprovalPages.path(of: approval.id)
        html.element("p") {
          $0.link("Sign in anew", to: SignInPath.to(here, anew: true), ["class": "button"])
        }
      }
    }
    guard noToYes == nil || noToNo == nil, let path = ApprovalPages.path(of: approval.id) else {
      return
    }
    html.form(to: path, token: formToken, ["class": "answer"]) { form in
      form.element("label", ["for": "reason"], "Reason")
      form.element(
        "p", ["class": "hint", "id": "reason-hint"],
        approval.ask.needsReason
          ? "Needed here. It is on record, and the agent is told."
          : "On record, and the agent is told. With a no it helps the agent to do better.")
      let needed: KeyValuePairs<StaticString, String> =
        approval.ask.needsReason
        ? [
          "id": "reason", "name": "reason", "rows": "2", "maxlength": "1000",
          "aria-describedby": "reason-hint", "required": "",
        ]
        : [
          "id": "reason", "name": "reason", "rows": "2", "maxlength": "1000",
          "aria-describedby": "reason-hint",
        ]
      form.element("textarea", needed, reason)
      form.element("div", ["class": "row"]) { actions in
        if noToYes == nil {
          let text = isRequester ? "Confirm, once" : "Approve this call, once"
          actions.button(text, ["class": "main", "name": "verdict", "value": "approve"])
        }
        if noToNo == nil {
          actions.button("Deny", ["class": "danger", "name": "verdict", "value": "deny"])
        }
        if let fromNowOn {
          actions.link("Allow this from now on…", to: fromNowOn, ["class": "later"])
        }
      }
    }
  }
}

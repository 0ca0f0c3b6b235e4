internal import Approvals
internal import Identity

/// What waits, or what ended; the newest first.
struct ApprovalQueuePage {
  /// Approvals on the page.
  private static let rowsMax = 200

  let approvals: [Approval]
  /// Whether those are shown that still count.
  let isOpen: Bool
  /// Seconds since 1970 UTC.
  let now: Int64

  var page: ConsolePage {
    ConsolePage("Approvals") { html in
      html.element("nav", ["class": "tabs", "aria-label": "Which"]) { nav in
        tab("Open", to: ApprovalPages.path, isHere: isOpen, &nav)
        if let ended = LocalPath(checking: "\(ApprovalPages.path)?state=ended") {
          tab("Ended", to: ended, isHere: !isOpen, &nav)
        }
      }
      guard !approvals.isEmpty else {
        html.element(
          "p", ["class": "hint"],
          isOpen
            ? "No call waits for people. One does when an agent calls a tool that a policy "
              + "forbids unless somebody approves it."
            : "Nothing has ended yet.")
        return
      }
      html.element("div", ["class": "sheet"]) { sheet in
        sheet.element("ul", ["class": "plain"]) { list in
          for approval in approvals.prefix(Self.rowsMax) { row(approval, &list) }
        }
      }
      if approvals.count > Self.rowsMax {
        html.element(
          "p", ["class": "hint"],
          "\(approvals.count - Self.rowsMax) older ones are not shown; `sallyport approvals list` "
            + "has them.")
      }
    }
  }

  private func tab(_ title: String, to path: LocalPath, isHere: Bool, _ nav: inout HTMLWriter) {
    if isHere {
      nav.link(title, to: path, ["aria-current": "page"])
    } else {
      nav.link(title, to: path)
    }
  }

  private func row(_ approval: Approval, _ list: inout HTMLWriter) {
    list.element("li") { row in
      row.element("div", ["class": "row"]) { badges in
        ApprovalBadge.state(approval, &badges)
        ApprovalBadge.age(approval, now: now, &badges)
        ApprovalBadge.effect(approval.ask.effect, &badges)
      }
      row.element("p", ["class": "call"]) { call in
        if let path = ApprovalPages.path(of: approval.id) {
          call.link(approval.terms.tool, to: path)
        }
      }
      row.element("p", ["class": "hint"]) { who in
        who.text(
          "\(approval.terms.agent)"
            + (approval.terms.human.map { " for \($0)" } ?? ", for nobody who is known"))
        for person in approval.approvers { who.text(" · yes from \(person.name)") }
      }
    }
  }
}

/// Small marks that say how an approval stands.
enum ApprovalBadge {
  /// Seconds after which nobody seems to look at it.
  private static let old: Int64 = 300
  /// Seconds before the end that ask for haste.
  private static let soon: Int64 = 120

  static func state(_ approval: Approval, _ html: inout HTMLWriter) {
    let (text, style) =
      switch approval.state {
      case .pending: ("waits", "tag wait")
      case .approved: ("approved", "tag good")
      case .used: ("made", "tag good")
      case .denied: ("denied", "tag bad")
      case .expired: ("expired", "tag")
      case .voided: ("void", "tag bad")
      }
    html.element("span", ["class": style], text)
  }

  /// How old it is, and how long it still counts.
  static func age(_ approval: Approval, now: Int64, _ html: inout HTMLWriter) {
    let age = now - approval.requestedAt
    html.element(
      "span", ["class": approval.isOpen && age >= old ? "tag wait" : "tag"],
      "asked \(ApprovalAge.inWords(age)) ago")
    guard approval.isOpen else { return }
    let left = approval.deadline - now
    html.element(
      "span", ["class": left < soon ? "tag wait" : "tag"],
      "\(ApprovalAge.inWords(left)) left")
  }

  static func effect(_ effect: String, _ html: inout HTMLWriter) {
    let risk = CallRisk(effect: effect, server: "", definition: nil)
    html.element("span", ["class": risk.grade == .high ? "tag bad" : "tag"], effect)
  }
}

internal import Approvals
internal import Gate
internal import Logging
internal import Orders

/// What «allow this from now on» would give, all of it, and the form that gives it.
struct FromNowOnPage {
  /// From which a person chooses, in seconds, with their words.
  static let choices: [(seconds: Int64, words: String)] = [
    (3_600, "1 hour"), (8 * 3_600, "8 hours"), (86_400, "1 day"), (7 * 86_400, "7 days"),
    (30 * 86_400, "30 days"),
  ]

  let approval: Approval
  let offer: GrantOffer
  /// Seconds since 1970 UTC.
  let now: Int64
  let path: LocalPath
  let back: LocalPath
  let formToken: String
  /// Why what was sent does not count.
  var problem: String?
  /// The reason that was typed for it.
  var reason = ""

  var page: ConsolePage {
    ConsolePage("Allow this from now on", status: problem == nil ? 200 : 400) { html in
      if let problem { html.alert(problem) }
      html.element("p") { line in
        line.text("This says yes to ")
        line.link("the call that waits", to: back)
        line.text(", and opens a grant: calls like it pass without asking, until its time is over.")
      }
      html.element("section", ["class": "sheet"]) { section in
        section.element("h2", "What it would allow")
        GrantFacts.write(offer.grant, &section)
        section.element("h3", "As the policy that comes into force")
        section.element("pre", offer.grant.policy)
        section.element(
          "p", ["class": "hint"],
          "It gets its id and your reason when it is given. It overrides no forbid, and whoever "
            + "may revoke it can do so at any time.")
      }
      html.element("section", ["class": "sheet"]) { section in
        section.element("h2", "For how long, and why")
        form(&section)
      }
    }
  }

  private func form(_ html: inout HTMLWriter) {
    html.form(to: path, token: formToken, ["class": "answer"]) { form in
      form.element("fieldset", ["class": "choices"]) { set in
        set.element("legend", "Until")
        for choice in Self.choices where offer.lifetimes.contains(choice.seconds) {
          let isFirst = choice.seconds == offer.lifetimes.first
          let attributes: KeyValuePairs<StaticString, String> =
            isFirst ? ["checked": "", "required": ""] : ["required": ""]
          set.element("label") { label in
            label.void(
              "input", ["type": "radio", "name": "seconds", "value": "\(choice.seconds)"],
              attributes)
            label.element("strong", choice.words)
            label.element("span", ["class": "soft"], GrantFacts.time(now + choice.seconds))
          }
        }
      }
      form.element("label", ["for": "reason"], "Reason")
      form.element(
        "p", ["class": "hint", "id": "reason-hint"],
        "Needed. It is on record and part of the policy, and the agent is told.")
      form.element(
        "textarea",
        [
          "id": "reason", "name": "reason", "rows": "2", "maxlength": "1000",
          "aria-describedby": "reason-hint", "required": "",
        ], reason)
      form.element("div", ["class": "row"]) { actions in
        actions.button("Approve, and allow from now on", ["class": "danger"])
        actions.link("Back to this call alone", to: back, ["class": "button"])
      }
    }
  }
}

/// A grant that was given by a yes, and how it is taken back.
struct GrantedPage {
  let grant: Grant
  let back: LocalPath

  var page: ConsolePage {
    ConsolePage("Allowed from now on") { html in
      html.note("Calls like this pass without asking until \(GrantFacts.time(grant.expiresAt)).")
      html.element("section", ["class": "sheet"]) { section in
        section.element("h2", "What is allowed")
        GrantFacts.write(grant, &section)
        section.element("pre", grant.policy)
      }
      html.element("section", ["class": "sheet"]) { section in
        section.element("h2", "To take it back")
        section.element("pre", "sallyport grants revoke \(grant.id)")
        section.element("p", ["class": "hint"]) { line in
          line.text("All grants in force: ")
          line.element("code", "sallyport grants list")
          line.text(". This one is on record, and ends by itself.")
        }
      }
      html.element("p") { $0.link("Back to the call", to: back, ["class": "button"]) }
    }
  }
}

/// A grant in words.
enum GrantFacts {
  static func write(_ grant: Grant, _ html: inout HTMLWriter) {
    let draft = grant.draft
    html.element("dl") { list in
      fact("Tool", draft.tool, isCode: true, &list)
      fact("Agent", draft.agent ?? "every agent", &list)
      fact("For", draft.human ?? "nobody who is known, and never you", &list)
      list.element("dt", "With arguments")
      list.element("dd") { value in
        guard let condition = draft.condition else { return value.text("any") }
        value.element("code", ["class": "condition"], condition.replacing("\n  ", with: "\n"))
      }
      fact("Given by", grant.actor, &list)
    }
  }

  static func time(_ seconds: Int64) -> String {
    UTCTimestamp(milliseconds: seconds * 1000).description
  }

  private static func fact(
    _ name: String, _ value: String, isCode: Bool = false, _ list: inout HTMLWriter
  ) {
    list.element("dt", name)
    guard isCode else { return list.element("dd", value) }
    list.element("dd") { $0.element("code", value) }
  }
}

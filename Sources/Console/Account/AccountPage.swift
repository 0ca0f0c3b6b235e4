import Identity
import Logging

/// Somebody's own account.
struct AccountPage {
  let people: People
  let request: ConsoleRequest

  var page: ConsolePage {
    ConsolePage("Your account") { main in
      guard let person = request.person, let session = request.session,
        let who = people.signedIn(session: session)
      else { return }
      main.element("section", ["class": "sheet"]) { self.facts(person, in: &$0) }
      if who.source == .account, let account = try? people.account(who.name) {
        main.element("section", ["class": "sheet"]) { self.passkeys(account, in: &$0) }
        main.element("section", ["class": "sheet"]) { self.password(account, in: &$0) }
      }
      main.element("section", ["class": "sheet"]) { self.sessions(who, session, in: &$0) }
    }
  }

  private func facts(_ person: Person, in sheet: inout HTMLWriter) {
    sheet.element("dl") { list in
      func row(_ name: String, _ value: String) {
        list.element("dt", name)
        list.element("dd", value)
      }
      row("Name", person.name)
      row("Roles", person.roles.isEmpty ? "none" : person.roles.joined(separator: ", "))
      if let tenant = person.tenant { row("Tenant", tenant) }
      let methods = person.authentication.methods.compactMap(Self.word).joined(separator: " and ")
      row("Signed in with", methods.isEmpty ? "another system" : methods)
      if let time = person.authentication.time { row("Signed in at", Self.text(time)) }
    }
  }

  private func passkeys(_ account: Account, in sheet: inout HTMLWriter) {
    sheet.element("h2", "Passkeys")
    if account.passkeys.isEmpty {
      sheet.element("p", ["class": "soft"], "None yet.")
    } else {
      sheet.element("ul", ["class": "plain"]) { list in
        for passkey in account.passkeys {
          list.element("li", ["class": "row spread"]) { item in
            item.element("div") { text in
              text.element("strong", passkey.label)
              text.element(
                "div", ["class": "soft"],
                "Made \(Self.text(passkey.createdAt))"
                  + (passkey.usedAt.map { ", last used \(Self.text($0))" } ?? ""))
            }
            guard
              let path = LocalPath(
                checking: "/console/account/passkeys/\(passkey.shortID)/remove")
            else { return }
            item.form(to: path, token: request.formToken) { form in
              form.button(
                "Remove",
                ["class": "quiet danger", "aria-label": "Remove the passkey \(passkey.label)"])
            }
          }
        }
      }
    }
    sheet.link("Add a passkey", to: LocalPath("/console/account/passkeys"), ["class": "button"])
  }

  private func password(_ account: Account, in sheet: inout HTMLWriter) {
    sheet.element("h2", "Password and codes")
    sheet.element("p") { line in
      line.element(
        "span", ["class": account.hasPassword ? "tag good" : "tag"],
        account.hasPassword ? "Password set" : "No password")
      line.text(" ")
      line.element(
        "span", ["class": account.hasCodes ? "tag good" : "tag"],
        account.hasCodes ? "Codes set up" : "No codes")
    }
    sheet.element("div", ["class": "row"]) { row in
      row.link(
        account.hasPassword ? "Change the password" : "Choose a password",
        to: LocalPath("/console/account/password"), ["class": "button"])
      row.link(
        account.hasCodes ? "Set up codes anew" : "Set up codes",
        to: LocalPath("/console/account/codes"), ["class": "button"])
    }
  }

  private func sessions(_ who: SignedIn, _ token: String, in sheet: inout HTMLWriter) {
    let sessions = people.sessions(of: who.name, source: who.source)
    let own = People.id(ofSession: token)
    sheet.element("h2", "Where you are signed in")
    sheet.element("ul", ["class": "plain"]) { list in
      for session in sessions {
        list.element("li") { item in
          item.element("div") { line in
            line.element("strong", session.address ?? "here")
            if session.id == own {
              line.text(" ")
              line.element("span", ["class": "tag good"], "this one")
            }
          }
          item.element(
            "div", ["class": "soft"],
            "Since \(Self.text(session.createdAt)), last used \(Self.text(session.usedAt))")
          if let client = session.client { item.element("div", ["class": "soft small"], client) }
        }
      }
    }
    guard sessions.count > 1 else { return }
    sheet.form(to: LocalPath("/console/account/sessions/end"), token: request.formToken) { form in
      form.button("Sign out everywhere else", ["class": "danger"])
    }
  }

  private static func word(_ method: String) -> String? {
    switch method {
    case "pwd": "a password"
    case "otp": "a code"
    case "hwk", "swk": "a passkey"
    default: nil
    }
  }

  /// To the minute, UTC.
  private static func text(_ seconds: Int64) -> String {
    let text = UTCTimestamp(milliseconds: seconds * 1000).description
    return text.prefix(16).replacing("T", with: " ") + " UTC"
  }
}

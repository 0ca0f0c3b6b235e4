import Identity

/// Coming in with an invitation. Its text stands behind the `#` of the link, which browsers send to
/// nobody; the script puts it into the form.
struct InvitationRoutes: Sendable {
  let people: People

  private static let page = LocalPath("/console/invitation")

  var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console/invitation", for: .anyone) { .page(ask($0)) },
      ConsoleRoute(.post, "/console/invitation", for: .anyone) { await accept($0) },
      ConsoleRoute(.post, "/console/invitation/passkey", for: .anyone) { await passkey($0) },
      ConsoleRoute(.post, "/console/invitation/password", for: .anyone) { await password($0) },
    ]
  }

  private func ask(_ request: ConsoleRequest, refusal: SignInRefusal? = nil) -> ConsolePage {
    var page = ConsolePage("Welcome", status: refusal?.status ?? 200, width: .narrow) { main in
      if let refusal {
        main.alert(
          refusal == .wrong
            ? "This invitation was used already, is over, or was not copied whole." : refusal.text)
      }
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.form(to: Self.page, token: request.formToken) { form in
          form.field(
            "Invitation", name: "invitation", hint: "What stands behind # in the link you got.",
            [
              "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
              "required": "", "data-invitation": "",
            ])
          form.button("Continue", ["class": "main wide"])
        }
      }
    }
    page.usesScript = true
    return page
  }

  private func accept(_ request: ConsoleRequest) async -> ConsoleResponse {
    do throws(SignInRefusal) {
      let invited = try await people.accept(
        invitation: request.fields["invitation"] ?? "", binding: request.binding,
        from: request.address)
      return .page(choose(request, invited.name, invited.ticket))
    } catch {
      return .page(ask(request, refusal: error))
    }
  }

  private func choose(
    _ request: ConsoleRequest, _ name: String, _ ticket: String, refusal: SignInRefusal? = nil
  ) -> ConsolePage {
    var page = ConsolePage(
      "Welcome, \(name)", status: refusal?.status ?? 200, width: .narrow
    ) { main in
      if let refusal { main.alert(refusal.text) }
      main.element("p", "Choose how you will sign in. You can add other ways later.")
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.element("h2", "With a passkey")
        if request.site.takesPasskeys {
          sheet.element(
            "p", ["class": "hint"],
            "Your fingerprint, your face, or a security key. Nothing to remember, and nothing that "
              + "can be given away to a false page.")
          PasskeyForms.create(
            request, people, name: name, to: LocalPath("/console/invitation/passkey"), in: &sheet
          ) { form in
            form.hidden("ticket", ticket)
            form.button("Make a passkey", ["class": "main wide"])
          }
        } else {
          sheet.element("p", ["class": "hint"], request.site.noPasskeys)
        }
      }
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.element("h2", "With a password and codes")
        sheet.form(to: LocalPath("/console/invitation/password"), token: request.formToken) {
          form in
          form.hidden("ticket", ticket)
          PasswordFields.write(name: name, in: &form)
          form.button("Continue", ["class": "wide"])
        }
      }
    }
    page.usesScript = true
    return page
  }

  private func passkey(_ request: ConsoleRequest) async -> ConsoleResponse {
    let ticket = request.fields["ticket"] ?? ""
    do throws(SignInRefusal) {
      guard let registration = PasskeyForms.registration(request.fields) else {
        throw SignInRefusal.passkey(.malformed)
      }
      let who = try await people.choosePasskey(
        registration, label: "First passkey", ticket: ticket, at: request.passkeySite,
        binding: request.binding, from: request.address)
      return await request.begin(who, with: people, next: .console)
    } catch {
      return again(request, ticket, error)
    }
  }

  private func password(_ request: ConsoleRequest) async -> ConsoleResponse {
    let ticket = request.fields["ticket"] ?? ""
    do throws(SignInRefusal) {
      let password = try PasswordFields.read(request.fields)
      let setup = try await people.choosePassword(
        password, ticket: ticket, binding: request.binding)
      return .page(
        CodePages.setUp(
          request, setup, next: .console, to: LocalPath("/console/sign-in/code")))
    } catch {
      return again(request, ticket, error)
    }
  }

  private func again(
    _ request: ConsoleRequest, _ ticket: String, _ refusal: SignInRefusal
  ) -> ConsoleResponse {
    guard let name = people.invited(ticket: ticket, binding: request.binding) else {
      return .page(ask(request, refusal: .over))
    }
    return .page(choose(request, name, ticket, refusal: refusal))
  }
}

/// A new password, typed twice.
enum PasswordFields {
  static func write(name: String, in form: inout HTMLWriter) {
    // Password managers look for the name here.
    form.void(
      "input",
      [
        "type": "text", "name": "name", "value": name, "autocomplete": "username", "hidden": "",
        "readonly": "", "aria-hidden": "true", "tabindex": "-1",
      ])
    form.field(
      "New password", name: "password",
      hint: "At least \(PasswordRules.charactersMin) characters; a few words are good.",
      [
        "type": "password", "autocomplete": "new-password", "required": "",
        "minlength": "\(PasswordRules.charactersMin)",
      ])
    form.field(
      "The same again", name: "repeated",
      ["type": "password", "autocomplete": "new-password", "required": ""])
  }

  static func read(_ fields: FormFields) throws(SignInRefusal) -> String {
    guard let password = fields["password"], password == fields["repeated"] else {
      throw .password("The two passwords differ.")
    }
    return password
  }
}

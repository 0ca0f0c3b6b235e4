import Identity

/// What people can see of their own account, and change of it.
struct AccountRoutes: Sendable {
  let people: People

  static let page = LocalPath("/console/account")
  /// For how many seconds after signing in an account may be changed.
  private static let changeTime: Int64 = 600

  var routes: [ConsoleRoute] {
    let recent = ConsoleRoute.Access.recent(Self.changeTime)
    return [
      ConsoleRoute(.get, "/console/account") {
        .page(AccountPage(people: people, request: $0).page)
      },
      ConsoleRoute(.get, "/console/account/passkeys", for: recent) { newPasskey($0) },
      ConsoleRoute(.post, "/console/account/passkeys", for: recent) { await addPasskey($0) },
      ConsoleRoute(.post, "/console/account/passkeys/*/remove", for: recent) {
        await removePasskey($0)
      },
      ConsoleRoute(.get, "/console/account/password", for: recent) { newPassword($0) },
      ConsoleRoute(.post, "/console/account/password", for: recent) { await setPassword($0) },
      ConsoleRoute(.get, "/console/account/codes", for: recent) { newCodes($0) },
      ConsoleRoute(.post, "/console/account/codes", for: recent) { await takeCodes($0) },
      ConsoleRoute(.post, "/console/account/sessions/end") { await endSessions($0) },
    ]
  }

  private static let noAccount = ConsoleResponse.problem(
    404, "No account here", "Another system vouches for you; ways to sign in are changed there.")

  /// The account of who asks; nil for somebody whom an issuer vouches for.
  private func name(_ request: ConsoleRequest) -> String? {
    guard let session = request.session, people.signedIn(session: session)?.source == .account
    else { return nil }
    return request.person?.name
  }

  private func newPasskey(
    _ request: ConsoleRequest, refusal: String? = nil
  ) -> ConsoleResponse {
    guard let name = name(request) else { return Self.noAccount }
    var page = ConsolePage("Add a passkey", status: refusal == nil ? 200 : 400, width: .narrow) {
      main in
      if let refusal { main.alert(refusal) }
      main.element("div", ["class": "sheet"]) { sheet in
        guard request.site.takesPasskeys else {
          return sheet.element("p", request.site.noPasskeys)
        }
        PasskeyForms.create(
          request, people, name: name, to: LocalPath("/console/account/passkeys"), in: &sheet
        ) { form in
          form.field(
            "Name", name: "label", hint: "So that you know it again.",
            ["maxlength": "64", "placeholder": "Laptop", "autocomplete": "off"])
          form.button("Make a passkey", ["class": "main wide"])
        }
      }
    }
    page.usesScript = true
    return .page(page)
  }

  private func addPasskey(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let name = name(request) else { return Self.noAccount }
    guard let registration = PasskeyForms.registration(request.fields) else {
      return newPasskey(request, refusal: "The passkey was not accepted.")
    }
    do {
      try await people.addPasskey(
        registration, label: request.fields["label"] ?? "", of: name, at: request.passkeySite,
        binding: request.binding, from: request.address)
      return .redirect(to: Self.page)
    } catch {
      return newPasskey(request, refusal: "The passkey was not accepted: \(error).")
    }
  }

  private func removePasskey(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let name = name(request) else { return Self.noAccount }
    do {
      try await people.removePasskey(
        request.parts[0], of: name, by: .person(address: request.address))
      return .redirect(to: Self.page)
    } catch {
      return .problem(409, "Not removed", "This passkey stays: \(error).")
    }
  }

  private func newPassword(
    _ request: ConsoleRequest, refusal: String? = nil
  ) -> ConsoleResponse {
    guard let name = name(request) else { return Self.noAccount }
    return .page(
      ConsolePage("Choose a password", status: refusal == nil ? 200 : 400, width: .narrow) {
        main in
        if let refusal { main.alert(refusal) }
        main.element(
          "p", "Everybody else who is signed in with this account is signed out.")
        main.element("div", ["class": "sheet"]) { sheet in
          sheet.form(to: LocalPath("/console/account/password"), token: request.formToken) {
            form in
            PasswordFields.write(name: name, in: &form)
            form.button("Use this password", ["class": "main wide"])
          }
        }
      })
  }

  private func setPassword(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let name = name(request), let person = request.person else { return Self.noAccount }
    do {
      let password = try PasswordFields.read(request.fields)
      try await people.setPassword(
        name, to: password, keeping: request.session, by: .person(address: request.address))
    } catch let error as SignInRefusal {
      return newPassword(request, refusal: error.text)
    } catch {
      return newPassword(request, refusal: "\(error)")
    }
    let who = SignedIn(name: name, source: .account, authentication: person.authentication)
    // A password alone opens nothing: the codes come next.
    let hasCodes = (try? people.account(name).hasCodes) ?? false
    return await request.begin(
      who, with: people, next: hasCodes ? Self.page : LocalPath("/console/account/codes"))
  }

  private func newCodes(_ request: ConsoleRequest) -> ConsoleResponse {
    guard let name = name(request),
      let setup = try? people.setUpCodes(of: name, binding: request.binding)
    else { return Self.noAccount }
    return .page(
      CodePages.setUp(
        request, setup, next: Self.page, to: LocalPath("/console/account/codes")))
  }

  private func takeCodes(_ request: ConsoleRequest) async -> ConsoleResponse {
    let ticket = request.fields["ticket"] ?? ""
    do {
      try await people.takeCodes(
        ticket: ticket, code: request.fields["code"] ?? "", binding: request.binding,
        from: request.address)
      return .redirect(to: Self.page)
    } catch {
      guard let setup = people.codeSetup(ticket: ticket, binding: request.binding) else {
        return .redirect(to: LocalPath("/console/account/codes"))
      }
      return .page(
        CodePages.setUp(
          request, setup, next: Self.page, to: LocalPath("/console/account/codes"),
          refusal: error))
    }
  }

  private func endSessions(_ request: ConsoleRequest) async -> ConsoleResponse {
    if let session = request.session, let who = people.signedIn(session: session) {
      await people.endSessions(
        of: who.name, source: who.source, except: session, reason: "signed out elsewhere")
    }
    return .redirect(to: Self.page)
  }
}

import HTTP
import Identity

/// Signing in and out.
struct SignInRoutes: Sendable {
  let people: People
  let openID: OpenIDSignIn?

  var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console/sign-in", for: .anyone) { show($0) },
      ConsoleRoute(.post, "/console/sign-in", for: .anyone) { await password($0) },
      ConsoleRoute(.post, "/console/sign-in/code", for: .anyone) { await code($0) },
      ConsoleRoute(.post, "/console/sign-in/passkey", for: .anyone) { await passkey($0) },
      ConsoleRoute(.post, "/console/sign-out") { await signOut($0) },
    ]
  }

  private func show(_ request: ConsoleRequest) -> ConsoleResponse {
    let isAnew = request.query["fresh"] == "1"
    let next = SignInPath.next(request.query)
    if request.person != nil, !isAnew { return .redirect(to: next) }
    return .page(page(request, next: next, isAnew: isAnew))
  }

  private func password(_ request: ConsoleRequest) async -> ConsoleResponse {
    let next = SignInPath.next(request.fields)
    do throws(SignInRefusal) {
      let step = try await people.signIn(
        request.fields["name"] ?? "", password: request.fields["password"] ?? "",
        binding: request.binding, from: request.address)
      switch step {
      case .code(let ticket):
        return .page(CodePages.enter(request, ticket: ticket, next: next))
      case .setUp(let setup):
        return .page(
          CodePages.setUp(
            request, setup, next: next, to: LocalPath("/console/sign-in/code")))
      }
    } catch {
      return .page(page(request, next: next, refusal: error))
    }
  }

  private func code(_ request: ConsoleRequest) async -> ConsoleResponse {
    let next = SignInPath.next(request.fields)
    let ticket = request.fields["ticket"] ?? ""
    do throws(SignInRefusal) {
      let who = try await people.signIn(
        ticket: ticket, code: request.fields["code"] ?? "", binding: request.binding,
        from: request.address)
      return await request.begin(who, with: people, next: next)
    } catch {
      guard error != .over else { return .page(page(request, next: next, refusal: error)) }
      if let setup = people.codeSetup(ticket: ticket, binding: request.binding) {
        return .page(
          CodePages.setUp(
            request, setup, next: next, to: LocalPath("/console/sign-in/code"), refusal: error))
      }
      return .page(CodePages.enter(request, ticket: ticket, next: next, refusal: error))
    }
  }

  private func passkey(_ request: ConsoleRequest) async -> ConsoleResponse {
    let next = SignInPath.next(request.fields)
    let fields = request.fields
    let assertion = PasskeyAssertion(
      credential: fields["credential"], clientData: fields["clientData"],
      authenticatorData: fields["authenticatorData"], signature: fields["signature"])
    do throws(SignInRefusal) {
      guard let assertion else { throw SignInRefusal.passkey(.malformed) }
      let who = try await people.signIn(
        assertion, at: request.passkeySite, binding: request.binding, from: request.address)
      return await request.begin(who, with: people, next: next)
    } catch {
      return .page(page(request, next: next, refusal: error))
    }
  }

  private func signOut(_ request: ConsoleRequest) async -> ConsoleResponse {
    let isIssued =
      request.session.flatMap { people.signedIn(session: $0) }.map { $0.source != .account }
      ?? false
    if let session = request.session { await people.end(session: session, from: request.address) }
    var response = ConsoleResponse.redirect(to: SignInPath.page)
    if isIssued, let url = await openID?.signOutURL(returningTo: request.site.origin + "/console") {
      response = .page(
        ConsolePage("Signed out", width: .narrow) { page in
          page.element("p", "You are signed out here, and still signed in at the provider.")
          page.element("p") { $0.element("a", ["href": url], "Sign out there too") }
        })
    }
    response.cookies = [(.session, nil), (.visit, Visit.make())]
    return response
  }

  private func page(
    _ request: ConsoleRequest, next: LocalPath, isAnew: Bool = false,
    refusal: SignInRefusal? = nil
  ) -> ConsolePage {
    var page = ConsolePage(
      isAnew ? "Confirm that it is you" : "Sign in", status: refusal?.status ?? 200,
      width: .narrow
    ) { main in
      if isAnew { main.element("p", "What comes next takes somebody who signed in just now.") }
      if let refusal { main.alert(refusal.text) }
      main.element("div", ["class": "sheet"]) { sheet in
        if request.site.takesPasskeys {
          PasskeyForms.signIn(request, people, next: next, in: &sheet)
          sheet.element("p", ["class": "or"], "or")
        }
        if let openID {
          sheet.element("p") {
            $0.element(
              "a", ["href": Self.link(next, isAnew: isAnew)],
              "Sign in with \(openID.name)")
          }
          sheet.element("p", ["class": "or"], "or")
        }
        passwordForm(request, next, in: &sheet)
      }
    }
    page.usesScript = true
    return page
  }

  /// Where the provider's way begins.
  private static func link(_ next: LocalPath, isAnew: Bool) -> String {
    let page = SignInPath.to(next, anew: isAnew).description
    return OpenIDRoutes.beginPath.description
      + page.dropFirst(SignInPath.page.description.utf8.count)
  }

  private func passwordForm(
    _ request: ConsoleRequest, _ next: LocalPath, in sheet: inout HTMLWriter
  ) {
    sheet.form(to: SignInPath.page, token: request.formToken) { form in
      form.hidden("next", next.description)
      form.field(
        "Name", name: "name",
        [
          "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false",
          "maxlength": "64", "required": "", "value": request.person?.name ?? "",
        ])
      form.field(
        "Password", name: "password",
        ["type": "password", "autocomplete": "current-password", "required": ""])
      form.button("Sign in with a password", ["class": "wide"])
    }
  }
}

extension ConsoleRequest {
  var passkeySite: PasskeySite { PasskeySite(origin: site.origin, host: site.host) }

  /// Begins a session of somebody who signed in: the one seam that every way of signing in ends at.
  func begin(
    _ who: SignedIn, with people: People, next: LocalPath
  ) async -> ConsoleResponse {
    do {
      let token = try await people.begin(
        who, replacing: session, from: address, client: exchange.header("User-Agent"))
      var response = ConsoleResponse.redirect(to: next)
      response.cookies = [(.session, token), (.visit, Visit.make())]
      return response
    } catch {
      return .problem(
        503, "Nobody can sign in", "This gateway cannot keep sessions at this moment.")
    }
  }
}

import Identity

/// Signing in at a command line that waits for it (`sallyport login --browser`).
struct DeviceRoutes: Sendable {
  let people: People

  static let page = LocalPath("/console/device")

  var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console/device") { ask($0) },
      ConsoleRoute(.post, "/console/device") { answer($0) },
    ]
  }

  private func ask(_ request: ConsoleRequest) -> ConsoleResponse {
    guard let code = request.query["code"], people.isDeviceSignInWaiting(code),
      let person = request.person
    else { return Self.over }
    return .page(
      ConsolePage("Sign in at the command line", width: .narrow) { main in
        main.element("p") {
          $0.text("Somebody ran ")
          $0.element("code", "sallyport login --browser")
          $0.text(" on the gateway’s machine. They will be signed in there as ")
          $0.element("strong", person.name)
          $0.text(".")
        }
        main.element("div", ["class": "sheet"]) { sheet in
          sheet.element("h2", code)
          sheet.element(
            "p", ["class": "hint"],
            "Go on only if you began this just now, and your terminal shows the same letters.")
          sheet.form(to: Self.page, token: request.formToken) { form in
            form.hidden("code", code)
            form.button("Sign in there", ["class": "main", "name": "verdict", "value": "yes"])
            form.button("Refuse", ["class": "danger", "name": "verdict", "value": "no"])
          }
        }
      })
  }

  private func answer(_ request: ConsoleRequest) -> ConsoleResponse {
    let code = request.fields["code"] ?? ""
    switch request.fields["verdict"] {
    case "yes":
      guard let session = request.session, let who = people.signedIn(session: session),
        people.confirmDeviceSignIn(code, as: who)
      else { return Self.over }
      return Self.done("Signed in", "You can go back to your terminal and close this page.")
    case "no":
      guard people.refuseDeviceSignIn(code) else { return Self.over }
      return Self.done("Refused", "Nobody is signed in there.")
    default: return Self.over
    }
  }

  private static func done(_ title: String, _ text: String) -> ConsoleResponse {
    .page(ConsolePage(title, width: .narrow) { $0.note(text) })
  }

  private static let over = ConsoleResponse.problem(
    404, "Nothing waits for this",
    "Ten minutes are over, it was answered already, or the address is not complete. Run "
      + "`sallyport login --browser` again.")
}

import Identity

/// Codes of authenticator applications: asked for, and set up.
enum CodePages {
  static func enter(
    _ request: ConsoleRequest, ticket: String, next: LocalPath, refusal: SignInRefusal? = nil
  ) -> ConsolePage {
    ConsolePage("Enter your code", status: refusal?.status ?? 200, width: .narrow) { main in
      if let refusal { main.alert(refusal.text) }
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.form(to: LocalPath("/console/sign-in/code"), token: request.formToken) { form in
          form.hidden("ticket", ticket)
          form.hidden("next", next.description)
          codeField("The six digits that your authenticator app shows.", in: &form)
          form.button("Sign in", ["class": "main wide"])
        }
      }
    }
  }

  static func setUp(
    _ request: ConsoleRequest, _ setup: CodeSetup, next: LocalPath, to path: LocalPath,
    refusal: SignInRefusal? = nil
  ) -> ConsolePage {
    ConsolePage("Set up your codes", status: refusal?.status ?? 200, width: .narrow) { main in
      if let refusal { main.alert(refusal.text) }
      main.element(
        "p", "Besides the password, each sign-in takes a code that only your device can make.")
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.element("h2", "1. Add this key to your authenticator app")
        if let code = QRCode(Array(setup.address.utf8)) {
          sheet.picture(code, label: "The key as a QR code, for the camera of your device")
        }
        sheet.element("p") { line in
          line.element("code", ["class": "key"], grouped(setup.key))
        }
        sheet.element("p") { line in
          line.element(
            "a", ["href": setup.address, "class": "button"], "Open in an app on this device")
        }
        sheet.element(
          "p", ["class": "hint"], "Time-based, six digits, 30 seconds. It is shown once.")
      }
      main.element("div", ["class": "sheet"]) { sheet in
        sheet.element("h2", "2. Enter the code that it shows")
        sheet.form(to: path, token: request.formToken) { form in
          form.hidden("ticket", setup.ticket)
          form.hidden("next", next.description)
          codeField(nil, in: &form)
          form.button("Finish", ["class": "main wide"])
        }
      }
    }
  }

  private static func codeField(_ hint: String?, in form: inout HTMLWriter) {
    form.field(
      "Code", name: "code", hint: hint,
      [
        "inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]{6,7}",
        "maxlength": "7", "required": "", "autofocus": "",
      ])
  }

  private static func grouped(_ key: String) -> String {
    var text = ""
    for (index, character) in key.enumerated() {
      if index > 0, index.isMultiple(of: 4) { text.append(" ") }
      text.append(character)
    }
    return text
  }
}

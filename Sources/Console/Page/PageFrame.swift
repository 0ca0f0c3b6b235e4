import Identity

/// A part of the console that its head leads to.
public struct ConsoleSection: Sendable {
  /// As people read it.
  public let title: String
  /// Where it is; pages below belong to it.
  public let path: LocalPath

  /// A part; its pages are routes of their own.
  public init(_ title: String, at path: LocalPath) {
    self.title = title
    self.path = path
  }
}

/// The head and foot of every page.
struct PageFrame {
  let sections: [ConsoleSection]
  let person: Person?
  /// Of the session; sign-out is a form.
  let token: String
  /// Of the page that is shown.
  let path: String

  func render(_ page: ConsolePage) -> [UInt8] {
    var html = HTMLWriter()
    html.doctype()
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { head in
        head.void("meta", ["charset": "utf-8"])
        head.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head.void("meta", ["name": "color-scheme", "content": "light dark"])
        head.element("title", "\(page.title) · Sallyport")
        head.void("link", ["rel": "stylesheet", "href": Assets.stylesheet.path])
        head.void("link", ["rel": "icon", "href": Assets.icon.path, "type": "image/svg+xml"])
        if page.usesScript { head.element("script", ["src": Assets.script.path, "defer": ""]) }
      }
      html.element("body") { body in
        body.element("a", ["class": "skip", "href": "#main"], "Skip to content")
        header(&body)
        body.element("main", ["id": "main", "class": page.width.rawValue]) { main in
          main.element("h1", page.title)
          main.append(page.content)
        }
      }
    }
    return html.bytes
  }

  private func header(_ body: inout HTMLWriter) {
    body.element("header", ["class": "top"]) { header in
      header.link("Sallyport", to: .console, ["class": "name"])
      guard let person else { return }
      header.element("nav", ["aria-label": "Console"]) { nav in
        for section in sections {
          let isHere =
            path == section.path.description || path.hasPrefix(section.path.description + "/")
          if isHere {
            nav.link(section.title, to: section.path, ["aria-current": "page"])
          } else {
            nav.link(section.title, to: section.path)
          }
        }
      }
      header.element("div", ["class": "who"]) { who in
        who.link(person.name, to: AccountRoutes.page, ["title": "Your account"])
        who.form(to: LocalPath("/console/sign-out"), token: token) { form in
          form.button("Sign out", ["class": "quiet"])
        }
      }
    }
  }
}

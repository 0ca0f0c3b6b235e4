import Audit

/// Foreign text as a terminal may show it.
func printable(_ text: String) -> String { TextEscape.terminal(text) }

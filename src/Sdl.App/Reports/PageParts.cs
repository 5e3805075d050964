using System.Text;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>What all pages for people have in common: one HTML file that needs nothing but itself.</summary>
internal static class PageParts
{
    public static void Open(StringBuilder page, string title) => page.Append($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Svg.Escape(title)}</title>
        <style>
        {ReportStyle.Css}
        </style>
        </head>
        <body>
        <main>

        """);

    public static string Close(StringBuilder page) => page.Append("</main>\n</body>\n</html>\n").ToString();

    public static void Section(StringBuilder page, string title, string text, string figure) =>
        page.Append($"<section>\n<h2>{Svg.Escape(title)}</h2>\n<p>{text}</p>\n{figure}</section>\n");

    public static string Figure(string svg, bool wide = false, string caption = "") =>
        $"<figure{(wide ? " class=\"wide\" tabindex=\"0\"" : "")}>\n{svg}"
        + (caption.Length > 0 ? $"<figcaption>{caption}</figcaption>\n" : "") + "</figure>\n";

    /// <summary>The first twelve digits of a digest.</summary>
    public static string Digest(string digest) =>
        $"<code>{Svg.Escape(digest[..Math.Min(12, digest.Length)])}</code>";
}

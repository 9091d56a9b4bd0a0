#!/bin/sh
# Installs the program for this account, or removes it again. Settings and unfinished jobs stay.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
base=${XDG_DATA_HOME:-$HOME/.local/share}
home=$HOME/.local/lib/kamusm-esign
link=$HOME/.local/bin/kamusm-esign

remove() {
    rm -rf "$home"
    rm -f "$link" "$base/applications/kamusm-esign.desktop" \
        "$base/icons/hicolor/scalable/apps/kamusm-esign.svg" \
        "$base/metainfo/tr.gov.kamusm.esign.metainfo.xml"
}

remove
if [ "${1:-}" != --remove ]; then
    mkdir -p "$(dirname "$home")" "$(dirname "$link")" "$base/applications" "$base/metainfo" \
        "$base/icons/hicolor/scalable/apps"
    cp -R "$here/kamusm-esign" "$home"
    ln -s "$home/kamusm-esign" "$link"
    # The desktop does not search ~/.local/bin everywhere.
    sed -e "s|^Exec=kamusm-esign|Exec=\"$home/kamusm-esign\"|" -e "/^TryExec=/d" \
        "$here/share/kamusm-esign.desktop" >"$base/applications/kamusm-esign.desktop"
    cp "$here/share/kamusm-esign.svg" "$base/icons/hicolor/scalable/apps/"
    cp "$here/share/tr.gov.kamusm.esign.metainfo.xml" "$base/metainfo/"
fi
if command -v update-desktop-database >/dev/null; then
    update-desktop-database "$base/applications" 2>/dev/null || true
fi

// Buttons above the timeline hide and show the rows of their stage. The page is complete without this.
for (const button of document.querySelectorAll('.filters button')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    for (const chip of document.querySelectorAll('.timeline td .stage-' + button.dataset.stage)) {
      chip.closest('tr').hidden = !on;
    }
  });
}
